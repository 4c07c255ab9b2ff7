### حياة الإضافة المثبّتة: ما يحتاج إلى انتباه، وما بقي بعد التثبيت، وطلبات الفريق.

badge-needs-setup = تحتاج إلى إعداد
badge-set-aside = بانتظار قرار
badge-pre-release = إصدار تجريبي
badge-pre-releases = تصلها الإصدارات التجريبية

## ما يحتاج إلى انتباه
nav-attention = تنبيهات
attention-title = يحتاج إلى انتباهك
attention-count = { $count ->
    [zero] لا شيء يحتاج إلى انتباهك
    [one] أمر واحد يحتاج إلى انتباهك
    [two] أمران يحتاجان إلى انتباهك
    [few] { $count } أمور تحتاج إلى انتباهك
    [many] { $count } أمرًا يحتاج إلى انتباهك
   *[other] { $count } أمر يحتاج إلى انتباهك
}
attention-empty = كل شيء على ما يرام
attention-empty-hint = تظهر هنا الإضافات الفاشلة أو المعلّقة، والتجارب التي توشك أن تنتهي، والفواتير غير المدفوعة، والطلبات.
attention-open = إلقاء نظرة
attention-pay = الدفع
attention-set-up = الإعداد
attention-answer = عرض الطلبات
attention-update-failed = تعذّر تحديث { $name }
attention-update-failed-text = فشل التحديث وفشل التراجع عنه أيضًا. أعد محاولة التحديث، أو عُد إلى الإصدار السابق، أو اطلب المساعدة من الناشر.
attention-suspended = { $name } معلّقة
attention-suspended-text = أوقفها Annex ثلاث مرات خلال ساعة، لذلك عُطّلت. حدّثها، أو عُد إلى الإصدار السابق، أو فعّلها من جديد.
attention-blocked = { $name } محظورة
attention-blocked-text = لم يعد مسموحًا بتشغيل هذا الإصدار. حدّث الإضافة أو أزِلها.
attention-install-failed = تعذّر تثبيت { $name }
attention-install-failed-text = افتحها لترى السبب وتحاول من جديد.
attention-uninstall-failed = لم تُزل { $name }
attention-uninstall-failed-text = ناشرها يعدّها يدويًا ولم يسمح بإزالتها. افتحها لترى السبب وتحاول من جديد.
attention-set-aside = عملية على { $name } عالقة
attention-set-aside-text = أوقفت العملية الخادم مرة بعد مرة أو تعذّر إكمالها، فوُضعت جانبًا. على أحدهم أن يقرر ما يُفعل بها.
attention-invoice-due = الفاتورة { $number } بمبلغ { $amount } مستحقة
attention-invoice-due-text = ادفعها ليستمر عمل كل ما تشمله.
attention-trial-expired = انتهت تجربة { $name }
attention-trial-expired-text = اختر خطة لاستخدامها من جديد، أو أزِلها. تبقى بياناتها محفوظة حتى ذلك الحين.
attention-needs-setup = لم يكتمل إعداد { $name }
attention-needs-setup-text = { $count ->
    [zero] إعداداتها لا تعمل.
    [one] ينقص إعداد واحد لا تعمل الإضافة من دونه.
    [two] ينقص إعدادان لا تعمل الإضافة من دونهما.
    [few] تنقص { $count } إعدادات لا تعمل الإضافة من دونها.
    [many] ينقص { $count } إعدادًا لا تعمل الإضافة من دونها.
   *[other] ينقص { $count } إعداد لا تعمل الإضافة من دونها.
}
attention-trial-ends = { $count ->
    [zero] تنتهي تجربة { $name } اليوم
    [one] تنتهي تجربة { $name } خلال يوم
    [two] تنتهي تجربة { $name } بعد يومين
    [few] تنتهي تجربة { $name } بعد { $count } أيام
    [many] تنتهي تجربة { $name } بعد { $count } يومًا
   *[other] تنتهي تجربة { $name } بعد { $count } يوم
}
attention-trial-ends-text = اختر خطة لتواصل استخدامها.
attention-update-undone = تم التراجع عن آخر تغيير في { $name }
attention-update-undone-text = ما زال الإصدار السابق في مكانه مع بياناته. افتح الإضافة لترى ما حدث.
attention-requested = { $count ->
    [zero] لا أحد يطلب { $name }
    [one] يرغب أحد الزملاء في استخدام { $name }
    [two] يرغب زميلان في استخدام { $name }
    [few] يرغب { $count } زملاء في استخدام { $name }
    [many] يرغب { $count } زميلًا في استخدام { $name }
   *[other] يرغب { $count } زميل في استخدام { $name }
}
attention-requested-text = ثبّتها للموافقة، أو ارفض مع ردّ قصير.

## اسأل مشرفًا
nav-requests = الطلبات
requests-title = طلبات الإضافات
requests-empty = لا أحد يطلب إضافة
requests-empty-hint = عندما يطلب إضافةً من لا يحق له التثبيت، يظهر طلبه هنا.
requests-count = { $count ->
    [zero] لا أحد يطلبها
    [one] يطلبها شخص واحد
    [two] يطلبها شخصان
    [few] يطلبها { $count } أشخاص
    [many] يطلبها { $count } شخصًا
   *[other] يطلبها { $count } شخص
}
requests-approve = المراجعة والتثبيت
requests-approve-hint = ترى أولًا ما يُسمح لها به وكم تكلّف. ويُبلَّغ كل من طلبها عند تثبيتها.
requests-answer = ردّ على { $name } (اختياري)
requests-decline = رفض
requests-listing = { $count ->
    [zero] لا أحد يطلب هذه الإضافة.
    [one] يطلب هذه الإضافة شخص واحد:
    [two] يطلب هذه الإضافة شخصان:
    [few] يطلب هذه الإضافة { $count } أشخاص:
    [many] يطلب هذه الإضافة { $count } شخصًا:
   *[other] يطلب هذه الإضافة { $count } شخص:
}
requests-consent = { $count ->
    [zero] لا طلبات لهذه الإضافة.
    [one] بتثبيتها توافق على طلب
    [two] بتثبيتها توافق على طلبي
    [few] بتثبيتها توافق على طلبات
    [many] بتثبيتها توافق على طلبات
   *[other] بتثبيتها توافق على طلبات
}
ask-intro = يمكنك التصفح هنا. للحصول على إضافة افتحها واسأل مشرفًا.
ask-browse = تصفح الإضافات
ask-forbidden = يمكنك تصفح الإضافات وسؤال مشرف عن الإضافة التي تحتاجها.
ask-installed = هذه الإضافة موجودة في مكتب المساعدة لديك.
ask-asked = لقد طلبتها، وسيردّ مشرف. وقت الطلب:
ask-declined = رفض مشرف طلبك.
ask-reason = لماذا تحتاجها؟
ask-button = اسأل مشرفًا
ask-hint = يرى طلبك كل من يدير الإضافات. تصلك رسالة بريد إلكتروني عند الرد.
flash-asked = أُرسل طلبك. تصلك رسالة بريد إلكتروني عند الرد.
flash-asked-before = لقد طلبتها من قبل. تصلك رسالة بريد إلكتروني عند الرد.
flash-asked-installed = هذه الإضافة موجودة لديكم بالفعل.
flash-declined = رُفض الطلب. تصل إلى { $name } رسالة بريد إلكتروني.

## بعد التثبيت
start-title = البدء مع { $name }
start-left = ما بقي عمله
start-done = اكتمل الإعداد
start-is-done = (تم)
start-then = وبعد ذلك
start-settings = املأ إعداداتها
start-settings-go = فتح الإعدادات
start-channel = اربط الخدمة بمكتب المساعدة
start-channel-go = الربط
start-users = اختر من يستخدمها
start-users-go = عرض المستخدمين
start-ticket = فتح تذكرة
start-ticket-hint = للإضافة لوحة خاصة بها بجانب كل تذكرة.
start-inbox = إلى صندوق الوارد
start-inbox-hint = تصبح الرسائل الواردة عبر هذه القناة تذاكر في صندوق الوارد.
start-no-ticket-hint = للإضافة لوحة خاصة بها بجانب كل تذكرة. ليست لديك تذاكر بعد.
start-language = استخدام هذه اللغة الآن
start-language-hint = يغيّر هذا اللغة لك وحدك. يختار كل شخص لغته في ملفه الشخصي.
start-language-used = أنت تستخدم هذه اللغة. يمكنك تغييرها في ملفك الشخصي متى شئت.
flash-language-used = أنت تستخدم هذه اللغة الآن.

## إضافة واحدة
my-addons-next-try = يحاول Annex من جديد تلقائيًا بعد { $time } (UTC).
manage-needs-setup = لم يكتمل الإعداد
manage-set-aside = وُضعت عملية جانبًا
manage-set-aside-decide = لن تستمر العملية تلقائيًا: فقد أوقفت الخادم مرة بعد مرة، أو لا يستطيع هذا الإصدار من الخادم إكمالها. قرّر ما يُفعل بها في صفحة العمل في الخلفية.
manage-set-aside-ask = لن تستمر العملية تلقائيًا: فقد أوقفت الخادم مرة بعد مرة، أو لا يستطيع هذا الإصدار من الخادم إكمالها. على من يدير مكتب المساعدة أن يقرر ما يُفعل بها في صفحة العمل في الخلفية.
manage-needs-setup-hint = لا تعمل حتى يُملأ ما يلي:
manage-settings-wrong = هذه الإعدادات لا تعمل
manage-whats-left = عرض ما بقي عمله
manage-notice-said = تقول الإضافة:
manage-notice-publisher-said = يقول الناشر:
manage-notice-logs = التفاصيل في سجلها
manage-notice-support = طلب المساعدة من الناشر
support-ask = التواصل مع الدعم
support-title = التواصل مع الدعم
support-intro = فشل التحديث وتعذّر التراجع عنه. تصل إلى الدعم التفاصيل أدناه، ويجيب بالبريد الإلكتروني.
support-about = الإضافة
support-error-id = معرّف الخطأ
support-text = ماذا حدث قبل ذلك؟ (اختياري)
support-send = إرسال الطلب
support-mail = كتابة رسالة بدلًا من ذلك
flash-support-sent = أُرسل طلبك إلى الدعم.
flash-support-sent-before = أرسلت طلبًا عن هذه المشكلة من قبل. سيتواصل الدعم معك.
manage-patch-hint = هل تريد البقاء على { $line }؟
manage-patch = التحديث إلى { $version } بدلًا من ذلك
manage-pre-releases-on = الحصول على الإصدارات التجريبية
manage-pre-releases-on-hint = تُعرض الإصدارات التجريبية أيضًا، وقد تحتوي على أخطاء.
manage-pre-releases-off = إيقاف الإصدارات التجريبية
manage-pre-releases-off-hint = تُعرض الإصدارات المكتملة فقط.
manage-busy = يجري تغييرها الآن. يمكنك إزالتها بعد ذلك.
settings-read-only = لا يمكن تغيير هذا في الوقت الحالي.
listing-try-pre-release = تجربته
flash-pre-releases-on = تُعرض الإصدارات التجريبية أيضًا لـ { $name }.
flash-pre-releases-off = تُعرض الإصدارات المكتملة فقط لـ { $name }.
flash-busy = يجري تغييرها الآن. حاول من جديد بعد ذلك.
notice-code-suspended = أوقفها Annex ثلاث مرات خلال ساعة بسبب أخطاء فيها، لذلك عُطّلت. حدّثها، أو عُد إلى الإصدار السابق، أو فعّلها من جديد.
notice-code-install-hook-failed = أبلغت الإضافة عن مشكلة أثناء تثبيتها.
notice-code-update-hook-failed = أبلغت الإضافة عن مشكلة أثناء تحديثها.
notice-code-language-failed = تعذّرت قراءة نصوص هذه اللغة.
notice-code-unavailable = لم يكن شيء مطلوب لذلك متاحًا. قد ينجح الأمر لاحقًا.
notice-code-publisher-declined = يعدّ الناشر هذه الإضافة يدويًا وقد رفض الطلب.
notice-code-publisher-silent = يعدّ الناشر هذه الإضافة يدويًا ولم يرد خلال 7 أيام. يمكنك المحاولة من جديد.
notice-code-uninstall-declined = يعدّ الناشر هذه الإضافة يدويًا وقد رفض إزالتها. يمكنك المحاولة من جديد.
notice-code-uninstall-unanswered = يعدّ الناشر هذه الإضافة يدويًا ولم يرد خلال 7 أيام، فلم تُزل. يمكنك المحاولة من جديد.
notice-code-unknown = حدث خطأ ما.
lifecycle-error-pre-release = هذا إصدار تجريبي. فعّل الإصدارات التجريبية لهذه الإضافة أولًا.
error-code-cannot-give-up = لا يمكن التراجع عن الإلغاء أو الإزالة في منتصفهما. أعد المحاولة بدلًا من ذلك.
lifecycle-error-force-disabled = الإزالة القسرية غير متاحة لمكتب المساعدة هذا.

## الرسائل
mail-fact-version = الإصدار
mail-fact-error = رقم الخطأ
mail-fact-answer = الرد
mail-fact-work = العملية
mail-fact-why = السبب
mail-suspended-subject = عُلّقت { $addon }
mail-suspended-happened = أوقف Annex { $addon } { $count ->
    [zero] مرات عدة
    [one] مرة واحدة
    [two] مرتين
    [few] { $count } مرات
    [many] { $count } مرة
   *[other] { $count } مرة
} خلال ساعة بسبب أخطاء فيها، لذلك عُطّلت. تبقى بياناتها وإعداداتها محفوظة.
mail-suspended-next = عُد إلى الإصدار السابق أو فعّلها من جديد. وإن توقفت مرة أخرى فاسأل الناشر.
mail-package-lost-happened = أوقف الخادم { $addon } لأن حزمتها مفقودة منه أو تالفة.
mail-package-lost-next = تعود إلى العمل تلقائيًا حالما يستعيد مسؤول الخادم الملف أو ينشر الإصدار من جديد. وتبقى إعداداتها وبياناتها محفوظة.
mail-suspended-next-update = الإصدار { $version } متاح وقد يصلح الخطأ: يمكنك تحديث الإضافة وهي معلّقة.
mail-texts-refused-happened = أوقف الخادم { $addon } لأن نصوص هذه اللغة تخالف إحدى قواعده. وتبقى إعداداتها محفوظة.
mail-texts-refused-next = لا يمكن تفعيل هذا الإصدار. حدّث الإضافة أو أزلها.
mail-set-aside-subject = عملية على { $addon } عالقة وتحتاج إلى قرار
mail-set-aside-died = أوقفت عملية جارية على { $addon } الخادم { $count ->
    [zero] مرات عدة
    [one] مرة واحدة
    [two] مرتين
    [few] { $count } مرات
    [many] { $count } مرة
   *[other] { $count } مرة
}، لذلك وُضعت جانبًا.
mail-set-aside-unknown = لا يستطيع هذا الإصدار من الخادم إكمال عملية كانت جارية على { $addon }، لذلك وُضعت جانبًا.
mail-set-aside-job-subject = عملية في الخلفية تنتظر قرارًا
mail-set-aside-job-died = أوقفت عملية كانت جارية لمكتب المساعدة هذا الخادمَ { $count ->
    [zero] مرات عدة
    [one] مرة واحدة
    [two] مرتين
    [few] { $count } مرات
    [many] { $count } مرة
   *[other] { $count } مرة
}، لذلك وُضعت جانبًا.
mail-set-aside-job-failed = فشلت نهائيًا عملية كانت جارية لمكتب المساعدة هذا، لذلك وُضعت جانبًا.
mail-set-aside-next = لن تستمر العملية تلقائيًا. أعد المحاولة أو تخلَّ عنها في صفحة العمل في الخلفية.
mail-set-aside-next-again = لن تستمر العملية تلقائيًا، ولا يمكن التراجع عنها في منتصفها. أعد المحاولة في صفحة العمل في الخلفية.
mail-request-approved-subject = ثُبّتت { $addon }
mail-request-approved-happened = ثبّت { $name } الإضافة { $addon } التي طلبتها.
mail-request-declined-subject = رُفض طلبك للإضافة { $addon }
mail-request-declined-happened = رفض { $name } طلبك للإضافة { $addon }.

mail-addon-ends-subject = سيتوقف { $addon }
mail-addon-ends-happened = سيوقف الناشر الإضافة { $addon }. ستتوقف في مكتب المساعدة لديك في { $date }، وتنتهي تكلفتها عندئذ أيضًا.
mail-addon-ends-next = حتى ذلك الحين تعمل كما كانت. ابحث عن بديل، وصدّر بياناتها إن احتجت إليها.

## الحقول المخصصة للتذاكر وأصحابها
nav-fields = الحقول
fields-title = الحقول المخصصة
fields-intro = ما يحتفظ به مكتب المساعدة عن التذاكر وأصحابها فوق ما يأتي معها، مثل رقم طلب.
fields-new = حقل جديد
fields-new-ticket = حقل جديد للتذاكر
fields-new-contact = حقل جديد لأصحاب التذاكر
fields-empty = لا توجد حقول مخصصة بعد
fields-empty-hint = أضف حقلًا لتحتفظ بشيء عن كل تذكرة أو صاحب تذكرة، ولتصفّي بحسبه.
fields-of-ticket = التذاكر
fields-of-contact = أصحاب التذاكر
fields-none = لا توجد حقول بعد.
field-back = الحقول المخصصة
field-new-title = حقل جديد
field-edit-title = الحقل { $name }
field-of = يتبع
field-label = التسمية
field-key = المفتاح
field-key-hint = تعرف البرامج الحقل بهذا الاسم: a–z و0–9 و_ ويبدأ بحرف. لا يمكن تغييره لاحقًا.
field-key-wrong = استخدم من 1 إلى 40 من a–z و0–9 و_ على أن يبدأ بحرف.
field-kind = النوع
field-kind-hint = ما إن تُدخل قيمة حتى يثبت النوع. أوقف استخدام الحقل حينها وأنشئ غيره.
field-kind-text = نص
field-kind-number = عدد
field-kind-date = تاريخ
field-kind-choice = اختيار
field-kind-flag = نعم أو لا
field-has-values = لبعض التذاكر أو أصحابها قيمة بالفعل، لذا لا يمكن تغيير النوع. أوقف استخدام هذا الحقل وأنشئ غيره.
field-choices = الاختيارات
field-choices-hint = اختيار في كل سطر، لنوع «اختيار».
field-choices-kind = أدخل اختيارًا واحدًا على الأقل.
field-choices-twice = أدخل كل اختيار مرة واحدة.
field-help = نص المساعدة
field-help-hint = يظهر أسفل الحقل.
field-required = مطلوب لحل التذكرة
field-required-hint = لحقول التذاكر: لا يمكن حل التذكرة بدونه.
field-is-required = مطلوب للحل
field-create = إنشاء الحقل
field-retire = إيقاف استخدام الحقل
field-retire-title = إيقاف استخدام { $name }؟
field-retire-text = لن يرى أحد هذا الحقل أو يملأه. يبقى محتواه ويعود عندما تستخدم الحقل من جديد.
field-restore = استخدامه من جديد
field-restore-named = استخدام { $name } من جديد
field-is-retired = غير مستخدم
field-of-add-on = من { $name }
field-of-add-on-hint = أتت { $name } بهذا الحقل. يمكنك تحديد ما إذا كان مطلوبًا ونقله وإيقاف استخدامه.
field-up = نقل { $name } إلى أعلى
field-down = نقل { $name } إلى أسفل
field-created = أُنشئ الحقل { $name }.
field-saved = حُفظ الحقل { $name }.
field-moved = نُقل الحقل { $name }.
field-retired = أُوقف استخدام الحقل { $name }.
field-restored = عاد استخدام الحقل { $name }.
field-nothing = –
field-yes = نعم
field-no = لا
field-odd = هذه القيمة من قبل تعديل الحقل. يمكنك إبقاؤها أو استبدالها أو إفراغها.
field-value-required = املأ هذا الحقل قبل حل التذكرة.
field-value-retired = لم يعد هذا الحقل مستخدمًا، ولم يُحفظ ما أدخلته.
field-value-of-add-on = لا يملأ هذا الحقل إلا إضافته والعاملون.
field-value-number = أدخل عددًا مثل 12 أو 12.5 بما لا يزيد على 15 رقمًا.
field-value-date = أدخل يومًا مثل 2026-02-28.
