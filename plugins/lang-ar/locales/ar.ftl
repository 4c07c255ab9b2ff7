### لوحة العمل بالعربية: مكتب المساعدة والإدارة. نصوص الإضافات في ar-addons.ftl.
### المصطلحات: عضو الفريق (operator)، صاحب التذكرة (requester)، التذكرة (ticket)، الإضافة (add-on).

## Everywhere

skip-to-content = الانتقال إلى المحتوى
nav-label = التنقل الرئيسي
subnav-label = صفحات هذا القسم
nav-inbox = صندوق الوارد
nav-contacts = جهات الاتصال
nav-addons = الإضافات
nav-marketplace = المتجر
nav-my-addons = إضافاتي
nav-catalog = الكتالوج
nav-admin = الإدارة
nav-roles = الأدوار
nav-operators = أعضاء الفريق
nav-tokens = رموز API
nav-system = المكتب والنظام
nav-audit = سجل التدقيق
nav-profile = الملف الشخصي
nav-sign-out = تسجيل الخروج
nav-developer-desk = مكتب مساعدة للمطورين

action-save = حفظ التغييرات
action-cancel = إلغاء
action-close = إغلاق
action-dismiss = إخفاء
action-undo = تراجع
action-copy = نسخ
action-copied = تم النسخ
action-search = بحث
action-apply = تطبيق
action-clear-all = مسح الكل
action-working = جارٍ التنفيذ…
action-next-page = الصفحة التالية
action-first-page = العودة إلى الصفحة الأولى

pager-label = مزيد من النتائج
pager-range = { $count ->
    [zero] لا توجد عناصر في هذه الصفحة
    [one] عنصر واحد في هذه الصفحة
    [two] عنصران في هذه الصفحة
    [few] { $count } عناصر في هذه الصفحة
    [many] { $count } عنصرًا في هذه الصفحة
   *[other] { $count } عنصر في هذه الصفحة
}

field-optional = (اختياري)

form-errors-title = يُرجى مراجعة هذه الحقول
form-required = املأ هذا الحقل.
form-too-long = استخدم على الأكثر { $max ->
    [zero] { $max } حرف.
    [one] حرفًا واحدًا.
    [two] حرفين.
    [few] { $max } أحرف.
    [many] { $max } حرفًا.
   *[other] { $max } حرف.
}
form-too-many = استخدم على الأكثر { $max ->
    [zero] { $max } سطر.
    [one] سطرًا واحدًا.
    [two] سطرين.
    [few] { $max } أسطر.
    [many] { $max } سطرًا.
   *[other] { $max } سطر.
}
form-too-many-files = أرفق 20 ملفًا على الأكثر بالرسالة.
form-unknown-files = لم يعد أحد الملفات موجودًا. أرفقه من جديد.
form-unknown-into = لا توجد تذكرة بهذا الرقم.
form-characters = أزِل أحرف التحكم غير المرئية.
form-email = أدخل عنوان بريد إلكتروني مثل ada@example.com.
form-choice = اختر أحد الخيارات.
form-taken = هذا مستخدم بالفعل. اختر غيره.
form-out-of-range = استخدم رقمًا من { $from } إلى { $to }.
form-password-short = استخدم { $min } من الأحرف على الأقل.
form-password-long = كلمة المرور هذه طويلة جدًا.
password-weak-instead = اجمع عدة كلمات لا علاقة بينها.
password-weak-personal = يسهل تخمين هذا على من يعرف اسمك أو عنوانك أو مكتب المساعدة.
password-weak-common = يستخدم كثيرون كلمة المرور هذه أو ما يشبهها.
password-weak-word = يسهل تخمين كلمة واحدة أو اسم.
password-weak-repeats = يسهل تخمين الأحرف المتكررة.
password-weak-rows = يسهل تخمين المفاتيح أو الأحرف أو الأرقام المتتالية.
password-weak-dates = يسهل تخمين التواريخ والسنوات.
password-weak-short = يسهل تخمين كلمة المرور هذه.
form-password-repeat = كلمتا المرور غير متطابقتين.

time-just-now = الآن
time-minutes-ago = { $count ->
    [zero] قبل أقل من دقيقة
    [one] قبل دقيقة
    [two] قبل دقيقتين
    [few] قبل { $count } دقائق
    [many] قبل { $count } دقيقة
   *[other] قبل { $count } دقيقة
}
time-hours-ago = { $count ->
    [zero] قبل أقل من ساعة
    [one] قبل ساعة
    [two] قبل ساعتين
    [few] قبل { $count } ساعات
    [many] قبل { $count } ساعة
   *[other] قبل { $count } ساعة
}
time-days-ago = { $count ->
    [zero] اليوم
    [one] أمس
    [two] قبل يومين
    [few] قبل { $count } أيام
    [many] قبل { $count } يومًا
   *[other] قبل { $count } يوم
}

size-bytes = { $value } بايت
size-kb = { $value } كيلوبايت
size-mb = { $value } ميغابايت
size-gb = { $value } غيغابايت

## Keyboard shortcuts

shortcuts-title = اختصارات لوحة المفاتيح
shortcuts-move = التذكرة التالية والسابقة
shortcuts-open = فتح التذكرة
shortcuts-reply = كتابة رد
shortcuts-note = كتابة ملاحظة داخلية
shortcuts-assign = اختيار المسؤول عن التذكرة
shortcuts-solve = وضع علامة «محلولة» على التذكرة
shortcuts-search = بحث
shortcuts-help = عرض هذه المساعدة
shortcuts-hint = تتوقف الاختصارات أثناء الكتابة. يمكنك إيقافها من ملفك الشخصي.

## Errors

error-title = حدث خطأ ما
error-home = الانتقال إلى صفحة البداية
error-id = رقم الخطأ: { $id }
error-details = الحالة { $status } · رقم الخطأ: { $id }
error-failed-hint = حاول مرة أخرى. إذا تكرر الخطأ فأعطِ رقمه لمسؤول هذا الخادم.
error-connection = تعذّر الوصول إلى الخادم. تحقّق من اتصالك وحاول مرة أخرى.
error-bad-request = لم يُفهم الطلب.
error-forbidden = أدوارك لا تسمح بذلك.
error-not-found = لا يوجد شيء في هذا العنوان.
error-method = هذا العنوان لا يجيب عن هذا النوع من الطلبات.
error-timeout = استغرق ذلك وقتًا طويلًا.
error-conflict = هذا لا يناسب الحالة الحالية. أعد تحميل الصفحة.
error-too-large = هذا كبير جدًا.
error-too-many = محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.
error-busy = الخادم مشغول. حاول مرة أخرى بعد لحظات.
error-code-disk-full = لم يُحفَظ شيء: قرص الخادم ممتلئ. اطلب من مديره توفير مساحة.
error-code-database-away = لم يُحفَظ شيء: لا يستطيع الخادم الوصول إلى قاعدة بياناته. أعد المحاولة بعد لحظات.
error-typed-hint = ما كتبته لا يزال هنا، ويمكنك إرساله من جديد.
error-typed = نصك
error-try-again = إعادة المحاولة
error-internal = لم يتمكن الخادم من تنفيذ ذلك.
error-code-last-admin = هذا آخر مسؤول نشط. امنح دور المسؤول لشخص آخر أولًا.
error-code-beyond-your-rights = يتعلق هذا بأذونات أكثر مما لديك. يمكن لمن يملكها أن يفعل ذلك.
error-code-builtin-role = لا يمكن تغيير دور مدمج بهذه الطريقة.
error-code-role-in-use = هذا الدور مستخدم. اسحبه من أعضاء الفريق أولًا.
error-code-link-gone = لم يعد الرابط في هذه الرسالة معروفًا. أنشئ رابطًا جديدًا.
error-code-own-account = لا يمكنك تعطيل نفسك.
error-code-contact-erased = مُحيت جهة الاتصال هذه ولا يمكن تعديلها.
error-code-desk-busy = لا تزال هناك عملية دفع أو استرداد جارية لمكتب المساعدة هذا. حاول مجددًا عند انتهائها.
error-code-desk-suspended = مكتب المساعدة هذا موقوف. لم يُفقد منه شيء؛ تواصل مع مشغّل هذا المضيف.
error-code-ticket-closed = هذه التذكرة مغلقة. عيّن حالة أخرى للرد من جديد.
error-code-ticket-put-away = هذه التذكرة في سلة المهملات أو معلّمة كرسالة مزعجة. أخرجها من هناك أولًا.
error-code-merged = دُمجت هذه التذكرة في تذكرة أخرى. تابع هناك.
error-code-answered-meanwhile = أجاب شخص آخر في هذه الأثناء. اطّلع على الرد ثم أرسل.
error-code-attachment-too-large = الملف أكبر من 25 ميبيبايت.
error-code-attachment-incomplete = لم يصل الملف كاملًا. أرفقه من جديد.
error-code-attachment-not-scanned = تعذّر فحص الملف بحثًا عن الفيروسات، لذلك لم يُقبل. حاول مرة أخرى لاحقًا.
error-code-attachment-infected = رفض فاحص الفيروسات الملف.
error-code-attachments-full = تشغل مرفقات مكتب المساعدة هذا كامل مساحتها. اطلب من مشغّل هذا المضيف مساحة أكبر.
error-code-too-many-searches = ما زال اثنان من عمليات بحثك قيد التنفيذ. انتظر لحظة ثم ابحث من جديد.
error-code-field-of-add-on = أتت إضافة بهذا الحقل. يمكنك فقط تغيير ما إذا كان مطلوبًا.
error-code-too-many-fields = تُستخدم هناك 100 حقل بالفعل. أوقف استخدام حقل أولًا.
error-code-search-too-long = استغرق البحث وقتًا طويلًا. استخدم كلمات أكثر أو أطول.
error-code-too-many-attempts = محاولات كثيرة جدًا. انتظر بضع دقائق ثم حاول مرة أخرى.
error-code-too-many-payments = فشلت مدفوعات كثيرة أو جُرّبت في وقت قصير. لا يُخصم شيء. انتظر بضع دقائق ثم حاول مرة أخرى.
error-unpaid = يجب دفع الفاتورة { $number } أولًا
error-unpaid-hint = على هذه الإضافة { $amount } لم تُدفع. لا يمكن شراء شيء آخر لها حتى تُدفع.
error-unpaid-go = إلى الفاتورة { $number }
error-code-stale = غيّر شخص آخر هذا في الأثناء. أعد تحميل الصفحة.

## Sign-in and first run

sign-in-title = تسجيل الدخول
sign-in-email = البريد الإلكتروني
sign-in-password = كلمة المرور
sign-in-submit = تسجيل الدخول
sign-in-failed = البريد الإلكتروني أو كلمة المرور غير صحيحة.
sign-in-too-many = { $minutes ->
    [zero] محاولات كثيرة جدًا. حاول مرة أخرى بعد لحظات.
    [one] محاولات كثيرة جدًا. حاول مرة أخرى بعد دقيقة.
    [two] محاولات كثيرة جدًا. حاول مرة أخرى بعد دقيقتين.
    [few] محاولات كثيرة جدًا. حاول مرة أخرى بعد { $minutes } دقائق.
    [many] محاولات كثيرة جدًا. حاول مرة أخرى بعد { $minutes } دقيقة.
   *[other] محاولات كثيرة جدًا. حاول مرة أخرى بعد { $minutes } دقيقة.
}
sign-in-hint = ليس لديك حساب بعد؟ يمكن لمسؤول مكتب المساعدة أن يدعوك.
sign-in-forgotten = هل نسيت كلمة المرور؟
sign-in-desk-title = اختر مكتب مساعدة
sign-in-desk-text = كلمة مرورك صالحة في عدة مكاتب مساعدة. إلى أيها تريد الدخول؟
sign-in-desk-late = استغرق ذلك وقتًا طويلًا. سجّل الدخول مجددًا.
switch-desk-title = التبديل إلى مكتب مساعدة آخر
switch-desk-text = أنت الآن في { $desk }. وهذه مكاتب المساعدة الأخرى التي سجّلت الدخول إليها بهذا المتصفح.
switch-desk-none = لم تسجّل الدخول إلى مكتب مساعدة آخر بهذا المتصفح بعد.
switch-desk-password = لكل مكتب مساعدة كلمة مرور خاصة به. أدخل كلمة مرور المكتب الذي تريد فتحه.
forgotten-title = هل نسيت كلمة المرور؟
forgotten-intro = أدخل العنوان الذي تسجّل الدخول به. ستصلك رسالة فيها رابط لاختيار كلمة مرور جديدة.
forgotten-submit = أرسل لي رابطًا
forgotten-sent = إذا كان لهذا العنوان حساب، فإن رسالة فيها رابط في طريقها إليه. يعمل الرابط مرة واحدة خلال ساعة.
forgotten-no-mail = هذا الخادم لا يرسل بريدًا. اطلب من مسؤول مكتب المساعدة رابط دعوة جديدًا تختار به كلمة مرور جديدة.
forgotten-back = العودة إلى تسجيل الدخول
reset-title = اختيار كلمة مرور جديدة
reset-intro = ستسجّل الدخول بها باسم { $email }.
reset-ends-sessions = يُسجَّل خروج كل جلساتك الأخرى. تبقى رموز API الخاصة بك تعمل، ويمكنك إلغاؤها من اللوحة.
reset-submit = حفظ وتسجيل الدخول
reset-done = لديك كلمة مرور جديدة. سُجّل خروج كل جلساتك الأخرى.
sign-in-again-title = تسجيل الدخول مجددًا
sign-in-again-text = تطلب خدمة إحدى الإضافات تسجيل دخول أحدث. أدخل كلمة مرورك للمتابعة هناك.
end-session-title = تسجيل الخروج
end-session-text = تطلب خدمة سجّلت الدخول إليها إنهاء جلستك هنا أيضًا.
end-session-stay = البقاء مسجّلًا
password-again = كلمة مرورك
password-again-hint = أدخلتها آخر مرة قبل أكثر من 15 دقيقة. نسأل عنها مجددًا كي لا ينفق المال شخص آخر أمام هذه الشاشة.
password-again-missing = أدخل كلمة مرورك للمتابعة. لم يُخصم شيء.
sign-out-done = تم تسجيل خروجك.

setup-title = إعداد مكتب المساعدة
setup-intro = أنت أول من يصل إلى هنا. بهذا يُنشأ حسابك بدور المسؤول.
setup-intro-invite = أنت مدعو إلى { $desk }. اختر طريقة تسجيل دخولك.
setup-desk-name = اسم مكتب المساعدة
setup-desk-name-hint = شركتك أو فريقك. يمكنك تغيير الاسم لاحقًا.
setup-name = اسمك
setup-email = البريد الإلكتروني
setup-password = كلمة المرور
setup-password-hint = { $min } من الأحرف على الأقل. بضع كلمات عشوائية تفي بالغرض.
setup-submit = إنشاء الحساب
setup-submit-invite = قبول الدعوة
setup-used-title = لم يعد هذا الرابط صالحًا
setup-used = يعمل الرابط مرة واحدة ولمدة محدودة فقط. اطلب رابطًا جديدًا، أو سجّل الدخول إن كان لديك حساب.
setup-used-sign-in = الانتقال إلى تسجيل الدخول
setup-sample-note = تنتظرك بضع تذاكر تجريبية في صندوق الوارد. يمكنك إزالتها بنقرة واحدة.

## Inbox

inbox-title = صندوق الوارد
inbox-title-unread = ({ $count }) صندوق الوارد
inbox-unread = غير مقروءة
inbox-views = طرق العرض
inbox-view-open = المفتوحة
inbox-view-mine = تذاكري
inbox-view-unassigned = بلا مسؤول
inbox-view-pending = قيد الانتظار
inbox-view-solved = المحلولة
inbox-view-closed = المغلقة
inbox-view-all = كل التذاكر
inbox-view-spam = الرسائل المزعجة
inbox-view-trash = سلة المهملات
inbox-new-ticket = تذكرة جديدة
inbox-search = البحث في التذاكر
inbox-search-placeholder = الموضوع أو النص أو صاحب التذكرة أو الرقم
inbox-search-help = الكلمات من ثلاثة أحرف فأكثر يُعثر عليها في أي موضع، والأقصر منها في بداية الموضوع أو الاسم فقط. ضع العبارات بين علامتي تنصيص. والرقم يجد تذكرته.
inbox-search-cut = { $count ->
    [zero] لا تُعرض أي تذكرة. استخدم كلمات أكثر أو أطول للعثور على غيرها.
    [one] تُعرض أحدث تذكرة. استخدم كلمات أكثر أو أطول للعثور على غيرها.
    [two] تُعرض أحدث تذكرتين. استخدم كلمات أكثر أو أطول للعثور على غيرهما.
    [few] تُعرض أحدث { $count } تذاكر. استخدم كلمات أكثر أو أطول للعثور على غيرها.
    [many] تُعرض أحدث { $count } تذكرة. استخدم كلمات أكثر أو أطول للعثور على غيرها.
   *[other] تُعرض أحدث { $count } تذكرة. استخدم كلمات أكثر أو أطول للعثور على غيرها.
}
inbox-search-newest = هذه الكلمات شائعة. قد لا تظهر التذاكر الأقدم التي ترد فيها في رسائل مختلفة. أضف كلمة أقل شيوعًا للعثور عليها أيضًا.
inbox-filter-priority = الأولوية
inbox-filter-any-priority = أي أولوية
inbox-filter-assignee = المسؤول
inbox-filter-any-assignee = أي شخص
inbox-filter-tag = الوسم
inbox-filter-any-tag = أي وسم
inbox-filter-field = حقل مخصص
inbox-filter-any-field = أي حقل
inbox-filter-unread = غير المقروءة فقط
inbox-chips-label = عوامل التصفية المفعّلة
inbox-chip-search = «{ $text }»
inbox-chip-priority = الأولوية: { $value }
inbox-chip-assignee = المسؤول: { $value }
inbox-chip-tag = الوسم: { $value }
inbox-chip-field = { $field }: { $value }
inbox-chip-requester = صاحب التذكرة: { $value }
inbox-chip-remove = إزالة عامل التصفية { $filter }
inbox-column-subject = التذكرة
inbox-column-status = الحالة
inbox-column-priority = الأولوية
inbox-column-assignee = المسؤول
inbox-column-updated = آخر تحديث
inbox-found = { $count ->
    [zero] لا توجد تذاكر
    [one] تذكرة واحدة
    [two] تذكرتان
    [few] { $count } تذاكر
    [many] { $count } تذكرة
   *[other] { $count } تذكرة
}
inbox-found-above = أكثر من { $count } تذكرة
count-above = { $count }+
inbox-from = { $name } · #{ $number }
inbox-more-tags = { $count } أخرى
inbox-nobody = لا أحد
inbox-empty-title = لا توجد تذاكر هنا بعد
inbox-empty-text = تظهر هنا الرسائل الجديدة من قنواتك. يمكنك أيضًا كتابة تذكرة بنفسك.
inbox-empty-done-title = تم إنجاز كل شيء
inbox-empty-done-text = لا توجد تذاكر منتظرة في طريقة العرض هذه.
inbox-no-match-title = لا توجد تذاكر مطابقة
inbox-no-match-text = جرّب كلمات أخرى أو عوامل تصفية أقل.
inbox-sample-title = هذه تذاكر تجريبية
inbox-sample-text = تبيّن لك كيف يعمل صندوق الوارد. أزِلها عندما تكون مستعدًا.
inbox-sample-remove = إزالة البيانات التجريبية

## Words for tickets

status-open = مفتوحة
status-pending = قيد الانتظار
status-solved = محلولة
status-closed = مغلقة
priority-low = منخفضة
priority-normal = عادية
priority-high = عالية
priority-urgent = عاجلة
delivery-pending = جارٍ الإرسال
delivery-retry = ستُعاد المحاولة
delivery-sent = أُرسلت
delivery-delivered = وصلت
delivery-read = قُرئت
delivery-failed = لم تُرسل
delivery-unclear = قد لا تكون وصلت

## Ticket

ticket-number = التذكرة #{ $number }
ticket-back = صندوق الوارد
ticket-opened = تاريخ الفتح
ticket-via = عبر { $channel }
ticket-copies = نسخة إلى:
ticket-conversation = المحادثة
ticket-older = عرض الرسائل الأقدم
ticket-side = عن هذه التذكرة
ticket-message-by = { $name }
ticket-note-badge = ملاحظة داخلية
ticket-addon-badge = إضافة
ticket-former-operator = عضو سابق في الفريق
ticket-removed-addon = إضافة محذوفة
ticket-composer = كتابة
ticket-tab-reply = رد علني
ticket-tab-note = ملاحظة داخلية
ticket-reply-label = رسالتك
ticket-reply-placeholder = اكتب رسالة…
ticket-reply-hint-channel = يُرسل الرد عبر القناة التي جاءت منها هذه التذكرة.
ticket-copies-too = ويصل أيضًا إلى
ticket-parts = { $length } من { $longest }: يُرسل على أجزاء عددها { $parts }
ticket-reply-hint-none = ليس لهذه التذكرة قناة: يبقى الرد هنا ولا يُرسل.
ticket-note-hint = لا يرى الملاحظات إلا أعضاء الفريق.
ticket-then-status = ثم تعيين الحالة
ticket-then-keep = إبقاء الحالة
ticket-then-pending = تعيين «قيد الانتظار»
ticket-then-solved = تعيين «محلولة»
ticket-send = إرسال
ticket-files = المرفقات
ticket-files-add = إرفاق ملفات
ticket-files-hint = { $count ->
    [zero] لا ملفات، حتى { $size } للملف.
    [one] ملف واحد، حتى { $size }.
    [two] ملفان على الأكثر، حتى { $size } لكل منهما.
    [few] { $count } ملفات على الأكثر، حتى { $size } لكل منها.
    [many] { $count } ملفًا على الأكثر، حتى { $size } لكل منها.
   *[other] { $count } ملف على الأكثر، حتى { $size } لكل منها.
}
ticket-files-stay = لا تنقل القناة { $channel } الملفات: لا يراها إلا أعضاء الفريق.
ticket-files-go = { $count ->
    [zero] لا تنقل القناة { $channel } ملفات، حتى { $size } للملف.
    [one] تنقل القناة { $channel } ملفًا واحدًا مع كل رد، حتى { $size }.
    [two] تنقل القناة { $channel } ملفين مع كل رد، حتى { $size } لكل منهما.
    [few] تنقل القناة { $channel } حتى { $count } ملفات مع كل رد، و{ $size } لكل منها.
    [many] تنقل القناة { $channel } حتى { $count } ملفًا مع كل رد، و{ $size } لكل منها.
   *[other] تنقل القناة { $channel } حتى { $count } ملف مع كل رد، و{ $size } لكل منها.
}
ticket-file-remove = إزالة { $name }
ticket-file-removed = أُزيل { $name }
ticket-file-attached = أُرفق { $name }
ticket-file-sending = يجري رفع { $name }
ticket-file-failed = تعذّر رفع { $name }. حاول مرة أخرى.
ticket-file-too-large = { $name } أكبر من { $size }.
ticket-file-refused = { $name }: { $reason }
ticket-file-infected = رفضه فاحص الفيروسات: { $said }
ticket-sent = أُضيف الرد
ticket-noted = أُضيفت الملاحظة
ticket-closed-hint = هذه التذكرة مغلقة. عيّن حالة أخرى للرد من جديد.
ticket-no-reply-permission = أدوارك لا تسمح لك بالرد على التذاكر.
ticket-delivery-failed = لم تقبل القناة هذه الرسالة: { $reason }
ticket-delivery-failed-unknown = لم تقبل القناة هذه الرسالة.
ticket-delivery-try-again = إعادة المحاولة
ticket-delivery-queued = ستُرسل الرسالة مرة أخرى
ticket-delivery-unclear = من غير المؤكد وصول هذه الرسالة ({ $reason }). تحقّق في القناة قبل إرسالها مرة أخرى.
ticket-delivery-unclear-unknown = من غير المؤكد وصول هذه الرسالة. تحقّق في القناة قبل إرسالها مرة أخرى.
ticket-delivery-send-again = إرسال مرة أخرى
ticket-delivery-arrived = لقد وصلت
ticket-delivery-confirmed = سُجّلت الرسالة على أنها أُرسلت
ticket-message-sent-at = كُتبت
ticket-message-edited = معدّلة
ticket-message-taken-back = تراجع عنها كاتبها
ticket-origin-automatic = رد آلي
ticket-origin-bulk = قائمة بريدية
ticket-origin-bounce = تقرير تسليم
ticket-message-earlier = عرض ما كانت تقوله سابقًا
ticket-message-plain = عرض كنص عادي
ticket-message-as-sent = عرض كما أُرسلت
ticket-message-document = الرسالة كما أُرسلت
ticket-message-frame = الرسالة { $number } كما أُرسلت من { $name }
ticket-message-quoted = عرض النص المقتبس
ticket-message-held-back = { $count ->
    [zero] لم تُحمَّل أي صورة من مواقع أخرى: سيعرف المرسل أنك تقرأ هذه الرسالة.
    [one] لم تُحمَّل صورة من موقع آخر: سيعرف المرسل أنك تقرأ هذه الرسالة.
    [two] لم تُحمَّل صورتان من مواقع أخرى: سيعرف المرسل أنك تقرأ هذه الرسالة.
    [few] لم تُحمَّل { $count } صور من مواقع أخرى: سيعرف المرسل أنك تقرأ هذه الرسالة.
    [many] لم تُحمَّل { $count } صورة من مواقع أخرى: سيعرف المرسل أنك تقرأ هذه الرسالة.
   *[other] لم تُحمَّل { $count } صورة من مواقع أخرى: سيعرف المرسل أنك تقرأ هذه الرسالة.
}
ticket-message-show-pictures = عرض الصور الخارجية
ticket-new-message = رسالة جديدة من { $name }
ticket-mark-read = وضع علامة مقروءة
ticket-marked-read = وُضعت علامة مقروءة
ticket-writing = { $name } يكتب الآن…
ticket-answered-meanwhile = أجاب { $name } في هذه الأثناء: اطّلع على الرد ثم أرسل.
ticket-changed-by = غيّر { $name } هذه التذكرة: { $what }.
ticket-changed-somebody = شخص آخر
ticket-reload = إعادة التحميل
ticket-properties = الخصائص
ticket-status = الحالة
ticket-priority = الأولوية
ticket-assignee = المسؤول
ticket-assign-to-me = تعيينها لي
ticket-tags = الوسوم
ticket-tags-hint = افصل بين الوسوم بمسافات.
ticket-tags-invalid = استخدم { $max } من الوسوم على الأكثر، لا يزيد كل منها على { $length } من الأحرف، بلا مسافات، ولا من رموز وحدها.
ticket-properties-save = حفظ الخصائص
ticket-saved = حُفظت التذكرة
ticket-mark-solved = وضع علامة «محلولة»
ticket-more = إجراءات أخرى
ticket-mark-spam = وضع علامة «رسالة مزعجة»
ticket-unmark-spam = ليست رسالة مزعجة
ticket-spam-marked = وُضعت على التذكرة #{ $number } علامة «رسالة مزعجة»
ticket-spam-unmarked = لم تعد التذكرة معلّمة كرسالة مزعجة
ticket-spam-title = هذه التذكرة معلّمة كرسالة مزعجة.
ticket-spam-text = تُضاف الرسائل الجديدة في هذه المحادثة هنا دون إشعار أحد.
ticket-delete = حذف التذكرة
ticket-deleted = نُقلت التذكرة #{ $number } إلى سلة المهملات
ticket-restore = استعادة
ticket-restored = استُعيدت التذكرة
ticket-trash-title = هذه التذكرة في سلة المهملات.
ticket-trash-text = بعد ثلاثين يومًا من حذفها تُزال نهائيًا مع رسائلها.
merge-ask = دمج في تذكرة أخرى
merge-title = دمج التذكرة #{ $number } في تذكرة أخرى
merge-happens = ما الذي يحدث
merge-closes = تُغلق هذه التذكرة نهائيًا: لا يمكن لأحد الرد عليها أو تغييرها أو إعادة فتحها. تبقى قراءتها وحذفها ممكنين.
merge-messages = تبقى رسائلها هنا.
merge-goes-on = تذهب الرسائل الجديدة في هذه المحادثة وردود صاحبها إلى التذكرة الأخرى.
merge-final = لا يمكن التراجع عن ذلك.
merge-into = رقم التذكرة الأخرى
merge-into-itself = هذه هي التذكرة نفسها. أدخل رقم تذكرة أخرى.
merge-into-put-away = تلك التذكرة في سلة المهملات أو معلّمة كرسالة مزعجة.
merge-into-merged = دُمجت تلك التذكرة نفسها في تذكرة أخرى. أدخل رقم التذكرة التي دُمجت فيها.
merge-into-closed = تلك التذكرة مغلقة. أعد فتحها أولًا.
merge-do = دمج التذكرتين
merge-done = دُمجت التذكرة #{ $number } في هذه التذكرة
merge-merged = دُمجت هذه التذكرة في التذكرة #{ $number }.
merge-merged-text = تابع هناك: لا يمكن إضافة شيء هنا أو تغييره.
merge-open = فتح التذكرة #{ $number }
ticket-requester = صاحب التذكرة
ticket-requester-open = فتح جهة الاتصال
ticket-requester-more = تذاكر أخرى
ticket-addons = الإضافات
ticket-addons-empty = تعرض الإضافات لوحاتها هنا.
ticket-addons-browse = تصفّح الإضافات
ticket-addon-loading = جارٍ تحميل { $name }
ticket-addon-still-working = ما زال العمل جاريًا…
ticket-addon-open = فتح لوحة { $name }
ticket-addon-up = نقل { $name } إلى أعلى
ticket-addon-down = نقل { $name } إلى أسفل
addon-open-in = فتح في { $name }
ticket-addon-fold = إظهار محتوى { $name }
ticket-addon-button = زرّها بجانب «إرسال».
ticket-addon-button-show = إظهار زرّ { $name } بجانب «إرسال»
ticket-addon-moved = نُقلت { $name }:

ticket-new-title = تذكرة جديدة
ticket-new-intro = للطلبات التي تصلك بالهاتف أو شخصيًا.
ticket-new-email = البريد الإلكتروني لصاحب التذكرة
ticket-new-email-hint = إذا كان العنوان معروفًا تُستخدم جهة اتصاله.
ticket-new-name = اسم صاحب التذكرة
ticket-new-name-hint = لجهة اتصال جديدة؛ أما المعروفة فتحتفظ باسمها.
ticket-subject = الموضوع
ticket-new-body = الرسالة
ticket-new-via = الإرسال عبر
ticket-new-via-none = بلا إرسال: أدوّن ما قيل لي
ticket-new-via-hint = عبر قناة تصل رسالتك إلى صاحب الطلب، ويصل الرد إلى هذه التذكرة.
ticket-new-submit = إنشاء التذكرة
flash-ticket-created = أُنشئت التذكرة #{ $number }

history-line = { $name }: { $what }
history-earlier = { $count ->
    [zero] لا توجد تغييرات سابقة
    [one] تغيير سابق واحد
    [two] تغييران سابقان
    [few] { $count } تغييرات سابقة
    [many] { $count } تغييرًا سابقًا
   *[other] { $count } تغيير سابق
}
history-show = إظهار التغييرات
history-hide = إخفاء التغييرات
history-status = تغيير الحالة من { $old } إلى { $new }
history-priority = تغيير الأولوية من { $old } إلى { $new }
history-subject = تغيير الموضوع من «{ $old }» إلى «{ $new }»
history-assigned = إسناد التذكرة إلى { $name }
history-unassigned = إلغاء إسناد التذكرة إلى { $name }
history-reassigned = نقل التذكرة من { $old } إلى { $new }
history-tags-added = إضافة وسوم: { $tags }
history-tags-removed = إزالة وسوم: { $tags }
history-field = تغيير { $field } من { $old } إلى { $new }
history-field-set = تعيين { $field } إلى { $new }
history-field-cleared = إفراغ { $field } وكان { $old }
history-spam = وضع علامة «رسالة مزعجة» على التذكرة
history-not-spam = إخراج التذكرة من الرسائل المزعجة
history-deleted = حذف التذكرة
history-restored = استعادة التذكرة
history-merged = دمج التذكرة #{ $number } في هذه التذكرة
history-merged-into = دمج التذكرة في #{ $number }
history-follow-up = رسالة جديدة بعد إغلاق التذكرة #{ $number }
history-import = استيراد رسائل
history-other = تغيير { $field }

## Drafts

draft-mark = مسودة
draft-save = حفظ المسودة
draft-saved = حُفظت المسودة
draft-discard = تجاهل
draft-discarded = تم تجاهل المسودة
draft-undo = تراجع
draft-differs = عُدّلت هذه المسودة في علامة تبويب أخرى.
draft-other = لديك مسودة لتذكرة جديدة أخرى.
draft-mine = استخدام هذا النص
draft-theirs = استخدام النص الآخر
draft-signed-out = انتهت جلستك، ونصك محفوظ في علامة التبويب هذه.
draft-failed = تعذّر حفظ نصك، وهو محفوظ في علامة التبويب هذه.

## Contacts

contacts-title = جهات الاتصال
contacts-search = البحث في جهات الاتصال
contacts-search-placeholder = الاسم أو البريد الإلكتروني أو الشركة أو الهاتف
contacts-search-help = الكلمات من ثلاثة أحرف فأكثر يُعثر عليها في أي موضع، والأقصر منها في بداية الاسم فقط. ضع العبارات بين علامتي تنصيص.
contacts-column-name = الاسم
contacts-column-email = البريد الإلكتروني
contacts-column-company = الشركة
contacts-column-tickets = التذاكر
contacts-column-since = منذ
contacts-empty-title = لا توجد جهات اتصال بعد
contacts-empty-text = يظهر هنا كل من يكتب إليك.
contacts-no-match-title = لا توجد جهات اتصال مطابقة
contacts-no-match-text = جرّب كلمات أخرى.
contact-back = جهات الاتصال
contact-email = البريد الإلكتروني
contact-phone = الهاتف
contact-emails = عناوين البريد الإلكتروني
contact-phones = أرقام الهاتف
contact-one-per-line = واحد في كل سطر. يظهر الأول في القوائم.
contact-company = الشركة
contact-name = الاسم
contact-since = جهة اتصال منذ
contact-edit = تعديل جهة الاتصال
contact-save = حفظ جهة الاتصال
contact-saved = حُفظت جهة الاتصال
contact-tickets = التذاكر
contact-tickets-empty = لا توجد تذاكر بعد.
contact-tickets-all = عرض الكل في صندوق الوارد
contact-export = تصدير
contact-erase = محو…
contact-was-erased = مُحيت في { $date }. تبقى التذاكر من دون ما كتبه هذا الشخص.
contact-erase-title = محو { $name }
contact-erase-goes = ما الذي يُمحى
contact-erase-goes-person = الاسم وعنوان البريد الإلكتروني ورقم الهاتف والشركة
contact-erase-goes-written = كل ما كتبه هذا الشخص، مع النسخ السابقة، ومواضيع تذاكره
contact-erase-goes-channels = هويته في القنوات: لن تصله الردود بعد ذلك، وإن كتب من جديد فهو جهة اتصال جديدة
contact-erase-goes-addons = ما تحفظه الإضافات تحت معرّفه أو عنوانه، وأسطر السجلات التي فيها هذا العنوان
contact-erase-stays = تحتفظ التذاكر بأرقامها وحالاتها وتواريخها، وبما كتبه فيها أعضاء الفريق والإضافات. راجع تلك الرسائل بنفسك. أما ما وصل إلى أنظمة أخرى فلا يُمحى.
contact-erase-export-hint = يحتوي الملف على كل ما لدى مكتب المساعدة عن جهة الاتصال، ومنه الملاحظات الداخلية. ولا يمكن إنشاؤه بعد المحو.
contact-erase-final = لا يمكن التراجع عن هذا.
contact-erase-confirm = لديّ ملف التصدير، أو لا يحتاج إليه أحد. امحُ جهة الاتصال هذه.
contact-erase-unconfirmed = ضع علامة في المربع لمحو جهة الاتصال هذه.
contact-erase-do = محو جهة الاتصال
contact-erased = مُحيت جهة الاتصال

## Roles

roles-title = الأدوار
roles-intro = الدور مجموعة من الأذونات. يحق لأعضاء الفريق كل ما يسمح به أحد أدوارهم.
roles-new = دور جديد
roles-column-name = الدور
roles-column-permissions = الأذونات
roles-column-operators = أعضاء الفريق
roles-builtin = مدمج
roles-all-permissions = كل الأذونات
roles-count-permissions = { $count ->
    [0] لا شيء
   *[other] { $count } من { $total }
}
role-back = الأدوار
role-new-title = دور جديد
role-edit-title = الدور { $name }
role-name = الاسم
role-name-fixed = تحتفظ الأدوار المدمجة بأسمائها.
role-permissions = الأذونات
role-admin-fixed = يحق للمسؤولين كل شيء. لا يمكن تغيير هذا الدور حتى لا يُغلق الباب على الجميع.
rights-not-yours = لا يمكنك منح «{ $permission }» لأنك لا تملكه.
role-create = إنشاء الدور
role-created = أُنشئ الدور { $name }
role-saved = حُفظ الدور { $name }
role-deleted = حُذف الدور { $name }
role-delete = حذف الدور
role-delete-title = هل تريد حذف الدور { $name }؟
role-delete-text = لا يحمل أي عضو هذا الدور. تضيع أذوناته، ويبقى أعضاء الفريق والتذاكر كما هم.
role-delete-in-use = { $count ->
    [zero] لا يحمل أي عضو هذا الدور.
    [one] يحمل عضو واحد هذا الدور. اسحبه منه أولًا.
    [two] يحمل عضوان هذا الدور. اسحبه منهما أولًا.
    [few] يحمل { $count } أعضاء هذا الدور. اسحبه منهم أولًا.
    [many] يحمل { $count } عضوًا هذا الدور. اسحبه منهم أولًا.
   *[other] يحمل { $count } عضو هذا الدور. اسحبه منهم أولًا.
}

permission-tickets-view = عرض التذاكر
permission-tickets-view-hint = رؤية صندوق الوارد والتذاكر وجهات الاتصال ولوحات الإضافات.
permission-tickets-reply = الرد على التذاكر
permission-tickets-reply-hint = كتابة الردود العلنية والملاحظات الداخلية.
permission-tickets-manage = إدارة التذاكر
permission-tickets-manage-hint = إنشاء التذاكر وتغيير الحالة والأولوية والمسؤول والوسوم.
permission-contacts-manage = إدارة جهات الاتصال
permission-contacts-manage-hint = تغيير أسماء أصحاب التذاكر وعناوينهم وأرقام هواتفهم وشركاتهم، وتصدير ما لدى مكتب المساعدة عنهم.
permission-addons-manage = عرض الإضافات وإدارتها
permission-addons-manage-hint = رؤية المتجر وتثبيت الإضافات وتحديثها وإعدادها وإزالتها.
permission-catalog-manage = إدارة الكتالوج
permission-catalog-manage-hint = رفع الحزم والوثوق بمفاتيح الناشرين.
permission-operators-manage = إدارة أعضاء الفريق والأدوار
permission-operators-manage-hint = دعوة أعضاء الفريق وتعطيلهم، وتغيير الأدوار وما تسمح به.
permission-desk-manage = إدارة المكتب
permission-desk-manage-hint = اسم المكتب ولغته وصفحة النظام وسجل التدقيق.

## Operators

operators-title = أعضاء الفريق
operators-intro = كل من يعمل في مكتب المساعدة هذا.
operators-invite = دعوة عضو
operators-column-name = الاسم
operators-column-roles = الأدوار
operators-column-state = الوضع
operators-you = أنت
operators-active = نشط
operators-inactive = معطّل
operators-invited = مدعو
operator-back = أعضاء الفريق
operator-invite-title = دعوة عضو إلى الفريق
operator-invite-intro = ستحصل على رابط لإرساله. يعمل مرة واحدة خلال ثلاثة أيام.
operator-invite-submit = إنشاء الدعوة
operator-invite-link-title = دعوة { $name }
operator-invite-link-text = انسخ هذا الرابط وأرسله. يظهر الآن فقط، ويعمل مرة واحدة خلال ثلاثة أيام.
operator-invite-mailed = أُرسل الرابط أيضًا إلى { $email }.
operator-invite-link-label = رابط الدعوة
operator-invite-done = العودة إلى أعضاء الفريق
operator-invite-again = رابط دعوة جديد
operator-name = الاسم
operator-email = البريد الإلكتروني
form-already-exists-email = يوجد بالفعل حساب بهذا العنوان.
operator-roles = الأدوار
form-required-role = اختر دورًا واحدًا على الأقل.
operator-edit-title = عضو الفريق { $name }
operator-saved = حُفظت بيانات { $name }
operator-deactivate = تعطيل
operator-deactivate-title = هل تريد تعطيل { $name }؟
operator-deactivate-text = يُسجَّل خروجه من كل مكان وتتوقف رموز API الخاصة به، ولا يمكنه تسجيل الدخول حتى تعيد تفعيله. تبقى تذاكره ورسائله.
operator-deactivated = عُطّل { $name }
operator-reactivate = إعادة التفعيل
operator-reactivated = أصبح { $name } نشطًا من جديد

## API tokens

tokens-title = رموز API
tokens-intro = يتيح الرمز لبرنامج أن يعمل باسمك بالأذونات التي تختارها حتى تنتهي مدته. تعامل معه ككلمة مرور.
tokens-docs = وصف الواجهة (OpenAPI)
tokens-new = رمز جديد
tokens-name = ما الغرض منه؟
tokens-name-hint = مثل اسم البرنامج الذي سيستخدمه.
tokens-scopes = ما المسموح له؟
tokens-scopes-hint = ما يُسمح لك به فقط، الآن ولاحقًا. لا تمنحه أكثر مما يحتاج إليه البرنامج.
form-required-scope = اختر إذنًا واحدًا على الأقل مما تملكه.
tokens-expires = مدة الصلاحية
tokens-expires-days = { $count ->
    [zero] أقل من يوم
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
tokens-create = إنشاء الرمز
tokens-created-title = رمزك الجديد
tokens-created-text = انسخه الآن. لن يُعرض مرة أخرى.
tokens-created-label = الرمز
tokens-column-name = الاسم
tokens-column-scopes = مسموح له
tokens-column-created = تاريخ الإنشاء
tokens-column-used = آخر استخدام
tokens-column-expires = صالح حتى
tokens-never-used = لم يُستخدم
tokens-mark-soon = ينتهي قريبًا
tokens-mark-expired = انتهت مدته
tokens-revoke = إلغاء
tokens-revoke-of = إلغاء الرمز { $name }
tokens-revoke-title = هل تريد إلغاء الرمز { $name }؟
tokens-revoke-text = تُرفض من الآن البرامج التي تستخدمه. لا يمكن التراجع عن ذلك.
tokens-revoked = أُلغي الرمز { $name }
tokens-empty-title = لا توجد رموز بعد
tokens-empty-text = أنشئ رمزًا لاستخدام الواجهة من برنامج أو نص برمجي.

## Profile

profile-title = الملف الشخصي
profile-you = عنك
profile-name = الاسم
profile-email = البريد الإلكتروني
profile-language = اللغة
profile-language-default = كلغة مكتب المساعدة ({ $name })
profile-language-hint = تجد لغات أخرى في المتجر على شكل إضافات.
profile-time-zone = المنطقة الزمنية
profile-time-zone-default = مثل مكتب المساعدة ({ $name })
profile-theme = المظهر
profile-theme-system = كمظهر النظام
profile-theme-light = فاتح
profile-theme-dark = داكن
profile-shortcuts = اختصارات لوحة المفاتيح
profile-shortcuts-hint = مفاتيح منفردة مثل j وk وr ما دمت لا تكتب.
profile-saved = حُفظ الملف الشخصي
profile-password = كلمة المرور
profile-password-current = كلمة المرور الحالية
profile-password-new = كلمة المرور الجديدة
profile-password-repeat = كلمة المرور الجديدة مرة أخرى
profile-password-change = تغيير كلمة المرور
profile-password-ends-sessions = يُسجَّل خروجك من الجلسات الأخرى.
profile-end-tokens =
    { $count ->
        [zero] إلغاء رموز API أيضًا
        [one] إلغاء رمز API الخاص بي أيضًا
        [two] إلغاء رمزي API الخاصين بي أيضًا
        [few] إلغاء رموز API الخاصة بي الـ{ $count } أيضًا
        [many] إلغاء رموز API الخاصة بي الـ{ $count } أيضًا
       *[other] إلغاء رموز API الخاصة بي الـ{ $count } أيضًا
    }
profile-end-tokens-hint = تُرفض حينئذ البرامج التي تستخدمها. أبقِ هذا مفعّلًا إن كان غيرك قد يعرف كلمة مرورك.
profile-password-wrong = هذه ليست كلمة مرورك الحالية.
profile-password-changed = تغيّرت كلمة المرور. سُجّل خروجك من الجلسات الأخرى.
profile-notices = رسائل بريد عن التذاكر
profile-notices-new = تذكرة جديدة بلا مسؤول
profile-notices-assigned = يسند إليّ أحدهم تذكرة
profile-notices-answered = يكتب صاحب إحدى تذاكري
profile-notices-answered-hint = رسالة واحدة على الأكثر لكل تذكرة خلال 10 دقائق.
profile-sessions = الجلسات
profile-sessions-intro = المتصفحات التي سجّلت الدخول فيها.
profile-session-this = هذا المتصفح
profile-session-unknown = متصفح غير معروف
profile-session-seen = آخر نشاط { $when }
profile-session-since = منذ { $when }
profile-session-revoke = تسجيل الخروج
profile-session-revoke-of = تسجيل الخروج من { $name }
profile-session-revoked = سُجّل الخروج من ذلك المتصفح
profile-sessions-revoke-others = تسجيل الخروج من كل الجلسات الأخرى
profile-sessions-revoked = سُجّل الخروج من كل المتصفحات الأخرى
profile-sign-out = تسجيل الخروج من هذا المتصفح

## Desk and system

system-title = المكتب والنظام
system-desk = مكتب المساعدة
system-desk-name = الاسم
system-desk-language = اللغة
system-desk-language-hint = لأعضاء الفريق الذين لم يختاروا لغة.
system-desk-time-zone = المنطقة الزمنية
system-desk-time-zone-hint = لمن لم يختر منطقة من أعضاء الفريق.
system-desk-saved = حُفظت بيانات مكتب المساعدة
system-host = الخادم
system-version = الإصدار
system-database = قاعدة البيانات
system-address = العنوان
system-desk-id = المعرّف
system-region = المنطقة
system-host-name = اسم المضيف
system-clock = الساعة
system-sample = البيانات التجريبية
system-sample-text = في مكتب المساعدة هذا تذاكر وجهات اتصال تجريبية. إزالتها لا تمسّ بياناتك.
system-sample-remove = إزالة البيانات التجريبية
system-sample-remove-title = هل تريد إزالة البيانات التجريبية؟
system-sample-remove-text = تُحذف التذاكر وجهات الاتصال التجريبية مع رسائلها نهائيًا. ويبقى كل ما عداها.
system-sample-removed = أُزيلت البيانات التجريبية
system-sample-none = لا توجد بيانات تجريبية.
system-egress-title = طلبات الإضافات محوّلة إلى عنوان آخر
system-egress-text = شُغّل هذا الخادم مع --egress-override: تذهب الطلبات الموجهة إلى هذه المضيفات إلى عنوان آخر. هذا للتطوير فقط.
system-egress-none = تذهب طلبات الإضافات إلى المضيفات التي تسمّيها.
system-egress-host = المضيف
system-egress-target = يذهب إلى
system-outbound = الطلبات الصادرة
system-health = السلامة
system-ready = جاهز

## Audit log

audit-title = سجل التدقيق
audit-intro = كل ما غيّر الإعدادات أو الوصول أو الإضافات. لا يمكن تغيير السجلات أو حذفها، وكل منها مربوط بما قبله.
audit-intact = { $count ->
    [zero] السلسلة سليمة ولا سجلات فيها.
    [one] السلسلة المكوّنة من سجل واحد سليمة.
    [two] السلسلة المكوّنة من سجلّين سليمة.
    [few] السلسلة المكوّنة من { $count } سجلات سليمة.
    [many] السلسلة المكوّنة من { $count } سجلًا سليمة.
   *[other] السلسلة المكوّنة من { $count } سجل سليمة.
}
audit-broken = السلسلة منقطعة عند السجل { $entry }. غيّر أحدهم قاعدة البيانات بوسيلة أخرى.
audit-verify = فحص السلسلة
audit-column-when = متى
audit-column-what = ماذا
audit-details = التفاصيل
audit-who-system = الخادم
audit-who-command-line = سطر الأوامر
audit-who-addon = الإضافة { $name }
audit-who-account = حساب الفوترة { $email }
audit-empty-title = لم يُسجَّل شيء بعد
audit-empty-text = تظهر هنا التغييرات في الوصول والإعدادات والإضافات.
audit-sentence = { $who }: { $what }
audit-sentence-object = { $who }: { $what } – { $object }
audit-filter-action = ما الذي حدث
audit-filter-any-action = كل شيء
audit-filter-person = من قام به
audit-filter-anyone = أي شخص
audit-filter-from = من
audit-filter-to = إلى
audit-no-match-title = لا توجد سجلات مطابقة
audit-no-match-text = اختر إجراءً أو شخصًا أو وقتًا آخر.

## النقود

money-symbol = { $amount } { $currency }
money-code = { $amount } { $currency }
money-negative = -{ $money }

## Background work

nav-work = العمل في الخلفية
work-title = العمل في الخلفية
work-intro = ما فشل نهائيًا أو أوقف الخادم مرة بعد مرة يوضع جانبًا هنا إلى أن يتخذ أحد قرارًا.
work-empty-title = لا شيء ينتظر
work-empty-text = كل ما يقوم به الخادم في الخلفية يُنجَز من تلقاء نفسه.
work-died = { $count ->
    [zero] لم يتوقف الخادم أثناء ذلك.
    [one] توقف الخادم مرة واحدة أثناء ذلك.
    [two] توقف الخادم مرتين أثناء ذلك.
    [few] توقف الخادم { $count } مرات أثناء ذلك.
    [many] توقف الخادم { $count } مرة أثناء ذلك.
   *[other] توقف الخادم { $count } مرة أثناء ذلك.
}
work-failed = لم ينجح ذلك ولن تُعاد المحاولة تلقائيًا.
work-only-again = لا يمكن التراجع عن ذلك في منتصفه، ولا يبقى إلا إعادة المحاولة.
work-try-again = إعادة المحاولة
work-give-up = التخلي عنه
work-show-addon = عرض الإضافة
work-tried-again = تجري إعادة المحاولة.
work-given-up = تم التخلي عنه.
work-kind-event = حدث لإضافة
work-kind-schedule = استدعاء مخطط لإضافة
work-kind-reply = رد عبر قناة
work-kind-mail-came = رسالة بريد وصلت إلى صندوق
work-kind-mail = رسالة بريد
work-kind-paid = تفعيل ما تم دفعه
work-kind-bill = الفاتورة الشهرية
work-kind-reconcile = فحص المدفوعات غير المكتملة
work-kind-sweep = تنظيف لدى مزود الدفع
work-kind-dun = تذكيرات بالفواتير غير المدفوعة
work-kind-packages = فحص الحزم المثبتة
work-kind-report = فحص حزمة
work-kind-install = تثبيت إضافة
work-kind-purchase = شراء خطة أو تراخيص
work-kind-update = تحديث إضافة
work-kind-cancel = إلغاء إضافة
work-kind-uninstall = إزالة إضافة
work-kind-other = عمل آخر
