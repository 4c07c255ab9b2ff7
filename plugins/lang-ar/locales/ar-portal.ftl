### الناشرون: الرسائل والبوابة وصفحات فريق المنصة.

## التوثيق

developers-title = توثيق الناشرين
developers-intro = طوّر إضافة، واربط منتجك بها، وانشرها في المتجر.
developers-search = البحث في التوثيق
developers-search-none = لا شيء يطابق كل كلماتك. جرّب كلمات أقل أو غيرها.
developers-pages = كل الصفحات
developers-contents = في هذه الصفحة
developers-turn = الصفحة السابقة والتالية
developers-part-start = البداية
developers-part-write = كتابة إضافة
developers-part-reference = المرجع
developers-part-publish = النشر
developers-part-build = التطوير

## الرسائل

mail-action-portal = فتح بوابة الناشرين
mail-action-ask-again = إرسال طلب آخر
mail-action-set-up = إعداد حسابك
mail-fact-role = الدور
mail-fact-fingerprint = البصمة
mail-publisher-requested-subject = وصلنا طلبك من أجل { $name }
mail-publisher-requested-happened = شكرًا لك. وصل طلبك للحصول على حساب ناشر من أجل { $name }.
mail-publisher-requested-next = سنراجعه ونرسل إليك الجواب بالبريد. لا شيء عليك فعله الآن.
mail-publisher-approved-subject = حساب الناشر الخاص بـ { $name } جاهز
mail-publisher-approved-happened = تمت الموافقة على طلبك: يمكن لـ { $name } الآن نشر الإضافات.
mail-publisher-approved-next = سجّل الدخول بحساب الفوترة الذي لديك.
mail-publisher-refused-subject = لم تتم الموافقة على طلبك من أجل { $name }
mail-publisher-refused-happened = لا يمكننا الموافقة بعد على حساب ناشر من أجل { $name }.
mail-publisher-refused-next = بعد حل ذلك، يسعدنا أن ترسل طلبًا آخر.
mail-publisher-invited-subject = دعوة إلى { $name }
mail-publisher-invited-happened = دعاك { $by } إلى نشر الإضافات ضمن { $name }.
mail-publisher-invited-next = { $days ->
    [zero] يعمل الرابط مرة واحدة.
    [one] يعمل الرابط مرة واحدة خلال يوم واحد.
    [two] يعمل الرابط مرة واحدة خلال يومين.
    [few] يعمل الرابط مرة واحدة خلال { $days } أيام.
    [many] يعمل الرابط مرة واحدة خلال { $days } يومًا.
   *[other] يعمل الرابط مرة واحدة خلال { $days } يوم.
}
mail-key-enrolled-subject = مفتاح توقيع جديد لـ { $name }
mail-key-enrolled-happened = سجّل { $by } مفتاح توقيع. تُقبل من الآن حزم { $name } الموقّعة به.
mail-key-enrolled-next = إن كنت لا تعرف هذا المفتاح فأزله من البوابة فورًا.
mail-bank-changed-subject = حساب مصرفي جديد لمدفوعات { $name }
mail-bank-changed-happened = غيّر { $by } الحساب المصرفي لـ { $name }. تُرسل المدفوعات إليه من الآن.
mail-bank-changed-next = إن كنت لا تعرف هذا الحساب فأدخل الحساب الصحيح في البوابة فورًا، وأزل من غيّره.
mail-fact-account = الحساب المصرفي
mail-events-failing-subject = أحداث { $addon } لا تصل
mail-events-failing-happened = منذ { $since } لم يصل أي حدث إلى خدمة { $addon }.
mail-events-failing-next = تُحفظ الأحداث وتُعاد محاولة إرسالها بالترتيب لثلاثة أيام. تعرض البوابة كل محاولة، وعندما تعود خدمتك إلى الرد يصل كل شيء من تلقاء نفسه.
mail-fact-last-attempt = آخر محاولة
mail-action-events = افتح الأحداث

## الأدوار

portal-role-owner = مالك
portal-role-developer = مطوّر
portal-role-finance = المالية

## البوابة: إطار الصفحات

client-nav-portal = بوابة الناشرين
portal-title = بوابة الناشرين
portal-nav-overview = نظرة عامة
portal-nav-organisation = المؤسسة
portal-nav-members = الأعضاء
portal-nav-documents = المستندات
portal-nav-keys = مفاتيح التوقيع
portal-nav-tokens = الرموز
portal-nav-answers = الطلبات
portal-answers-title = طلبات تنتظر ردك
portal-answers-intro = تنتظر هنا ردك حتى 7 أيام مكاتبُ مساعدة تثبّت إضافة تعدّها يدويًا أو تحدّثها أو تزيلها. ويمكن لخدمتك أن ترد أيضًا.
portal-answers-empty = لا شيء ينتظر ردك.
portal-answers-install = تثبيت
portal-answers-update = تحديث
portal-answers-uninstall = إزالة
portal-answers-until = حتى { $time }
portal-answers-accept = قبول
portal-answers-reject = رفض
portal-answers-reason = سبب الرفض
portal-answers-reason-wrong = اذكر سببًا في سطر واحد لا يتجاوز { $max } حرفًا. يقرؤه العاملون في مكتب المساعدة.
portal-answers-given = أُرسل ردك.
error-code-nothing-asked = لم يعد هنا ما ينتظر ردًا.
error-code-answered-already = رُدّ على هذا من قبل. يُعتدّ بالرد الأول.
error-code-answered-too-late = انتهت مهلة الرد.
portal-nav-figures = الإحصاءات
portal-nav-earnings = الأرباح
portal-home-empty = لا تنتمي إلى ناشر بعد
portal-home-empty-text = اطلب حسابًا، أو اطلب دعوة من زميل.
portal-sign-in-title = تسجيل الدخول إلى بوابة الناشرين
portal-sign-in-intro = بالحساب الذي انضممت به إلى ناشرك. وهو ليس الحساب الذي ترد به على التذاكر.
portal-sign-in-hint = هل لمؤسستك حساب ناشر بالفعل؟ اطلب دعوة من أحد مالكيه. نسيت كلمة المرور؟ يمكن لمن يشغّل هذا الخادم تعيين كلمة مرور جديدة.

## طلب حساب

portal-request-title = طلب حساب ناشر
portal-request-intro = أخبرنا من أنت وماذا تريد أن تبني. سنرسل إليك الجواب بالبريد.
portal-request-submit = إرسال الطلب
portal-request-sign-in = تسجيل الدخول
portal-request-known = لديك حساب بالفعل؟ سجّل الدخول
portal-request-done = أُرسل طلبك.
portal-request-sent = شكرًا لك. سنراجع طلبك ونرسل إليك الجواب بالبريد.
portal-field-name = الاسم
portal-field-slug = معرّف الناشر
portal-hint-slug = الجزء الأول من معرّفات إضافاتك: من 2 إلى 40 من الأحرف اللاتينية الصغيرة والأرقام والشرطات. لا يمكن تغييره لاحقًا.
portal-field-contact = اسمك
portal-field-email = عنوان البريد
portal-field-site = الموقع
portal-hint-site = عنوان يبدأ بـ https://
portal-field-about = ماذا تريد أن تبني؟
portal-field-contact_email = بريد التواصل
portal-field-password = كلمة المرور
portal-hint-password-key-enrolled = نسأل عنها مجددًا كي لا يسجّل شخص آخر أمام هذه الشاشة مفتاحًا ويوقّع حزمًا باسم ناشرك.
portal-hint-password-key-removed = نسأل عنها مجددًا كي لا يزيل شخص آخر أمام هذه الشاشة مفتاحًا تُوقَّع به حزمك.
portal-hint-password-token = نسأل عنها مجددًا كي لا يمنح شخص آخر أمام هذه الشاشة برنامجًا وصولًا إلى حساب ناشرك.
portal-hint-password-address = نسأل عنها مجددًا كي لا يوجّه شخص آخر أمام هذه الشاشة أحداثك إلى عنوان آخر.
portal-hint-password-program = نسأل عنها مجددًا لأن برنامجًا سيحصل على حق الوصول إلى ناشرك.
portal-hint-password-secrets = نسأل عنها مجددًا كي لا يرى شخص آخر أمام هذه الشاشة ما تُوقَّع به أحداثك.
portal-hint-password-client = نسأل عنها مجددًا كي لا يصل شخص آخر أمام هذه الشاشة إلى مكتب التطوير لديك.
portal-hint-password-bank = نسأل عنها مجددًا كي لا يحوّل شخص آخر أمام هذه الشاشة مستحقاتك إلى حساب آخر.
portal-hint-password-offer = نسأل عنها مجددًا كي لا يتنازل شخص آخر أمام هذه الشاشة عن إضافتك.
portal-hint-password-take-over = نسأل عنها مجددًا كي لا يستلم شخص آخر أمام هذه الشاشة إضافة باسم ناشرك.
portal-hint-password-end = نسأل عنها مجددًا كي لا ينهي شخص آخر أمام هذه الشاشة إضافتك.
portal-field-key = المفتاح العام
portal-hint-key = نص ملف .pub الذي يكتبه annex key new. لا ترفع مفتاحًا خاصًا أبدًا.
portal-field-reason = السبب
portal-field-token_name = الاسم
portal-field-holder = صاحب الحساب
portal-field-iban = رقم IBAN
portal-field-events_url = عنوان استقبال الأحداث
portal-hint-events_url = اتركه فارغًا ليُستخدم العنوان الوارد في البيان.
form-unknown-events_url = أدخل عنوانًا يبدأ بـ https:// دون منفذ أو اسم مستخدم أو #.
form-unknown-iban = رقم IBAN هذا غير صالح. تحقق من الأخطاء الإملائية.
form-unknown-slug = استخدم من 2 إلى 40 من الأحرف اللاتينية الصغيرة والأرقام والشرطات.
form-unknown-site = أدخل عنوانًا يبدأ بـ https://.
form-unknown-key = هذا ليس مفتاح توقيع عامًا.

## رابط الرسالة

portal-welcome-title = مرحبًا
portal-welcome-intro = انضم إلى { $name }. الدور: { $role }.
portal-welcome-sign-in = هذه الدعوة لـ { $email }. سجّل الدخول بهذا الحساب لقبولها.
portal-welcome-other = أنت مسجّل الدخول باسم { $email }.
portal-welcome-submit = قبول
portal-welcome-done = أنت عضو الآن.

## نظرة عامة

portal-overview-title = نظرة عامة
portal-overview-suspended = هذا الناشر موقوف. تواصل مع المنصة.
portal-overview-steps = الخطوات التالية
portal-step-organisation = إكمال بيانات المؤسسة
portal-step-documents = قبول مستندات الشراكة
portal-step-keys = تسجيل مفتاح توقيع
portal-step-project = إنشاء مشروعك الأول
portal-step-members = دعوة زملائك (اختياري)
portal-step-done = تم
portal-step-open = لم يتم بعد
portal-desk-title = مكتب التطوير
portal-desk-text = مكتب مساعدة لتجربة إضافاتك. أول ثلاثة تراخيص من كل خطة لكل مستخدم مجانية فيه. أُرسل رابطه بالبريد إلى مالكه.
portal-desk-credit = الرصيد: { $amount }
portal-desk-none = لا يوجد مكتب تطوير بعد.
portal-desk-make = إنشاء مكتب التطوير
portal-desk-made = أُنشئ مكتب التطوير.

## المؤسسة والأعضاء

portal-organisation-title = المؤسسة
portal-organisation-done = حُفظت البيانات.
portal-members-title = الأعضاء
portal-members-role-of = دور { $name }
portal-members-remove = إزالة
portal-members-remove-title = إزالة { $name }؟
portal-members-remove-text = ينتهي وصول هذا العضو إلى الناشر فورًا، وتتوقف الرموز التي أنشأها عن العمل.
portal-members-invite = دعوة
portal-members-withdraw = سحب
portal-members-invited-mark = مدعو
portal-members-invited = أُرسلت الدعوة.
portal-members-changed = تغيّر الدور.
portal-members-removed = أُزيل العضو.
portal-members-withdrawn = سُحبت الدعوة.

## المستندات

portal-documents-title = مستندات الشراكة
portal-documents-intro = يمكنك الإرسال والنشر بعد قبول أحدث نسخة من كل مستند.
portal-documents-version = النسخة { $number }
portal-documents-accept = قبول
portal-documents-none = لا شيء بقي للقبول.
portal-documents-accepted = المقبولة
portal-documents-done = قُبل المستند.
portal-documents-unchanged = لم يُقبل شيء.
partner-document-agreement = اتفاقية الشراكة
partner-document-data-protection = اتفاقية حماية البيانات
partner-document-guidelines = إرشادات الاعتماد

## المفاتيح والرموز

portal-keys-title = مفاتيح التوقيع
portal-keys-intro = تُقبل الحزم الموقّعة بأحد هذه المفاتيح.
portal-keys-empty = لا مفاتيح بعد. أنشئ مفتاحًا بالأمر annex key new.
portal-keys-enrol = تسجيل المفتاح
portal-keys-next = عرض البصمة
portal-keys-compare = قارن هذه البصمة بالتي يطبعها annex key list.
portal-keys-remove = إزالة
portal-keys-remove-title = إزالة هذا المفتاح؟
portal-keys-remove-text = لن يُقبل جديد موقّع به، ولا يمكن تسجيله مرة أخرى. ويستمر عمل ما نُشر.
portal-keys-enrolled = سُجّل المفتاح.
portal-keys-removed = أُزيل المفتاح.
portal-key-added = أُضيف في { $date }
portal-key-active = فعّال
portal-key-retired = مستبدل
portal-key-revoked = مُزال
portal-tokens-title = الرموز
portal-tokens-empty = لا رموز بعد. أنشئ رمزًا ليستخدم خادم البناء أو خدمتك الواجهة البرمجية للناشرين.
portal-tokens-revoked = أُلغي الرمز { $name }.
portal-scope-read = قراءة الإصدارات والمراجعات والتقارير وسجلات مكتب التطوير
portal-scope-submit = رفع الإصدارات وإرسالها
portal-scope-publish = إتاحة الإصدارات
portal-scope-events = قراءة الأحداث وإعادة إرسالها، والرد على الطلبات، واستبدال الأسرار
portal-tokens-intro = لخادم البناء لديك ولبرامج أخرى. على جهازك نفّذ بدلًا من ذلك الأمر annex login وأدخل رمزه هنا:
portal-device-title = تسجيل دخول برنامج
portal-device-intro = أدخل الرمز الذي يعرضه البرنامج.
portal-field-user_code = الرمز
portal-hint-user_code = ثمانية أحرف، مثل BCDF-GHJK.
form-unknown-user_code = هذا الرمز غير صالح أو انتهت صلاحيته. ابدأ من جديد في البرنامج.
portal-device-next = متابعة
portal-device-asks = هل تمنح هذا البرنامج حق الوصول؟
portal-device-text = لا تتابع إلا إذا بدأته بنفسك الآن وكان يعرض الرمز نفسه. يمكن لأي شخص اختيار الاسم الذي يظهر به.
portal-device-program = يسمّي نفسه
portal-device-address = عنوان IP
portal-device-scopes = يريد
portal-device-publisher = الناشر
portal-device-not-yours = يطلب العمل لصالح الناشر { $publisher }. لست عضوًا فيه، أو أن دورك لا يسمح بإنشاء رموز.
portal-device-none = لا يسمح لك أي من الناشرين الذين تنتمي إليهم بإنشاء رموز.
portal-device-days = { $days ->
    [zero] ينتهي الوصول فورًا أو عند إلغاء الرمز.
    [one] ينتهي الوصول بعد يوم واحد أو عند إلغاء الرمز.
    [two] ينتهي الوصول بعد يومين أو عند إلغاء الرمز.
    [few] ينتهي الوصول بعد { $days } أيام أو عند إلغاء الرمز.
    [many] ينتهي الوصول بعد { $days } يومًا أو عند إلغاء الرمز.
   *[other] ينتهي الوصول بعد { $days } يوم أو عند إلغاء الرمز.
}
portal-device-approve = السماح بالوصول
portal-device-deny = رفض
portal-device-approved = أصبح لدى { $program } حق الوصول. عُد إليه.
portal-device-denied = رُفض وصول { $program }.

portal-figures-title = الإحصاءات
portal-figures-addons = الإضافات
portal-figures-empty = لا توجد أي من إضافاتك في الكتالوج بعد.
portal-figures-days = آخر { $days } يومًا بتوقيت UTC.
portal-figures-installs = عمليات التثبيت حسب اليوم
portal-figures-chart = { $count ->
    [zero] لا عمليات تثبيت
    [one] عملية تثبيت واحدة
    [two] عمليتا تثبيت
    [few] { $count } عمليات تثبيت
    [many] { $count } عملية تثبيت
   *[other] { $count } عملية تثبيت
}
portal-figures-versions = حسب الإصدار
portal-figures-none = لم يحدث شيء بعد.
portal-figures-version = الإصدار
portal-figures-running = قيد التشغيل الآن
portal-figures-p95 = زمن 95 % من الاستدعاءات
portal-figures-reasons = أسباب المغادرة
portal-figure-installed = عمليات التثبيت
portal-figure-trial-started = الفترات التجريبية
portal-figure-converted = التحويلات
portal-figure-cancelled = الإلغاءات
portal-figure-uninstalled = عمليات الإزالة
portal-csv = تنزيل CSV
portal-earnings-title = الأرباح
portal-earnings-share = تحصل على { $percent } % مما يُدفع مقابل إضافاتك.
portal-earnings-owed = الرصيد
portal-earnings-none = لا يوجد ما يُصرف بعد.
portal-bank-title = الحساب المصرفي للمدفوعات
portal-bank-known = تُرسل المدفوعات إلى { $iban } (منذ { $day }).
portal-bank-none = أضف حسابًا مصرفيًا لتتلقى مستحقاتك.
portal-bank-done = حُفظ الحساب المصرفي.
portal-statement-title = كشف حساب { $month }
portal-statement-before = الرصيد الافتتاحي
portal-statement-empty = لم يحدث شيء في هذا الشهر.
portal-statement-gross = المدفوع
portal-statement-earned = حصتك
portal-statement-refunded = المبالغ المستردة
portal-statement-paid-out = المدفوعات
portal-statement-balance = الرصيد
portal-statement-earlier = شهر سابق
portal-statement-later = شهر لاحق
portal-earning-sale = بيع
portal-earning-refund = استرداد
portal-earning-refund-back = عودة مبلغ مسترد
portal-earning-payout = صرف

## فريق المنصة

review-title = المنصة
review-sign-in-title = تسجيل دخول فريق المنصة
review-sign-in-intro = بحسابك في منطقة العملاء أو بوابة الناشرين. وهو ليس الحساب الذي ترد به على التذاكر.
review-sign-in-hint = من يشغّل هذا الخادم يحدد من يراجع الإصدارات ويدير الناشرين، ويمكنه تعيين كلمة مرور جديدة إن نسيت كلمتك.
review-nav-publishers = الناشرون
review-nav-documents = مستندات الشراكة
review-publishers-title = الناشرون
review-publishers-requests = طلبات الحسابات
review-publishers-none = لا طلبات تنتظر.
review-publishers-approve = موافقة
review-publishers-refuse = رفض
review-publishers-reason = السبب، يُرسل إليهم بالبريد
review-publishers-suspend = إيقاف
review-publishers-suspend-title = إيقاف { $name }؟
review-publishers-suspend-text = لن يستطيع أعضاؤه تغيير شيء ولن تعمل رموزه إلى أن تعيد تفعيله. ويستمر عمل ما ثبّتته مكاتب المساعدة.
review-publishers-resume = إعادة التفعيل
review-publishers-approved = أُنشئ الناشر { $name }.
review-publishers-refused = رُفض الطلب.
review-publishers-status = تغيّرت حالة الناشر.
review-documents-title = مستندات الشراكة
review-documents-intro = عند نشر نسخة يُطلب من كل ناشر قبولها قبل أن يرسل أو ينشر مرة أخرى.
review-documents-text = النص
review-documents-publish = نشر نسخة جديدة
review-documents-done = نُشرت النسخة الجديدة.
review-documents-same = هذا النص هو أحدث نسخة بالفعل. لم يُنشر شيء.

## حالات الرفض

error-code-no-portal = لا توجد بوابة ناشرين في هذا الخادم لأن حساباته تابعة لنظام آخر.
error-code-not-your-role = دورك لدى هذا الناشر لا يسمح بذلك. اسأل أحد المالكين.
error-code-not-staff = لا يمكن لغير فريق المنصة فعل ذلك.
error-code-last-owner = هذا آخر مالك. عيّن مالكًا آخر أولًا.
error-code-no-address = تشير إصدارات الإضافة إلى خدمة الناشر السابق. حدّد عنوان خدمتك أولًا.
error-code-publisher-suspended = هذا الناشر موقوف. تواصل مع المنصة.
error-code-documents-missing = اقبل أحدث مستندات الشراكة أولًا.
error-code-document-changed = نُشرت نسخة أحدث في هذه الأثناء. اقرأها واقبلها.
error-code-slug-taken = لدى ناشر آخر هذا المعرّف. اختر غيره.
error-code-publisher-has-members = لدى هذا الناشر أعضاء بالفعل، ويمكنهم دعوة غيرهم.
error-code-sign-in-first = يوجد حساب بهذا العنوان. سجّل الدخول به ثم افتح الرابط مرة أخرى.
error-code-revoked-key = أُزيل هذا المفتاح سابقًا. أنشئ مفتاحًا جديدًا.
error-code-known-key = هذا المفتاح مسجّل بالفعل.
error-code-project-taken = يوجد مشروع بهذا المعرّف. اختر معرّفًا آخر.
error-code-has-packages = لهذا المشروع حزم. أنهِ الإضافة بدلًا من ذلك.
error-code-draft-open = يجري العمل على إصدار بالفعل. تابع ذلك الإصدار.
error-code-version-taken = لإصدار آخر من هذا المشروع الرقم نفسه. ارفعه ووقّع الحزمة من جديد.
error-code-not-checked = لم تُفحص الحزمة بعد. أعد المحاولة عندما يجهز التقرير.
error-code-report-blockers = وجد التقرير موانع. ارفع حزمة خالية منها.
error-code-own-publisher = أنت تنتمي إلى هذا الناشر، أو كنت تنتمي إليه عند تقديم هذا الإصدار، لذا يجب أن يراجعه شخص آخر.
error-code-not-in-review = هذا الإصدار ليس قيد المراجعة.
error-code-blocker-needed = يحتاج الرفض إلى مانع مفتوح واحد على الأقل.
error-code-blockers-open = توجد موانع مفتوحة. سوّها أولًا أو ارفض الإصدار.
error-code-second-reviewer = لقد وافقت من قبل. يطلب هذا الإصدار أكثر من السابق، لذا يجب أن يوافق شخص آخر أيضًا.
error-code-review-not-allowed = هذا غير ممكن في الحالة الحالية للمراجعة. أعد تحميل الصفحة.
error-code-incomplete = بعض الحقول ناقصة أو خاطئة. لم يُرسل شيء.
error-code-invitation-gone = استُخدم هذا الرابط أو انتهت صلاحيته. اطلب رابطًا جديدًا.

## المراجعات

mail-action-version = فتح الإصدار
mail-version-approved-subject = تمت الموافقة على { $name } { $version }
mail-version-approved-technical = اجتاز { $name } { $version } المراجعة التقنية.
mail-version-approved-marketplace = تمت الموافقة على عرض { $name } { $version } وهو معلن الآن.
mail-version-approved-next-technical = أتح الإصدار من البوابة عندما تكون مستعدًا.
mail-version-approved-next-marketplace = لا شيء آخر عليك فعله.
mail-version-rejected-subject = يحتاج { $name } { $version } إلى تعديلات
mail-version-rejected-technical = لم يجتز { $name } { $version } المراجعة التقنية. الأسباب:
mail-version-rejected-marketplace = لم تتم الموافقة على عرض { $name } { $version }. الأسباب:
mail-version-rejected-next-technical = صحّح الحزمة أو المسودة، ثم أرسل الإصدار مجددًا.
mail-version-rejected-next-marketplace = عدّل العرض ثم أرسله مجددًا.
review-severity-blocker = مانع
review-severity-suggestion = اقتراح
review-severity-note = ملاحظة

## المشاريع

portal-nav-projects = المشاريع
review-nav-versions = المراجعات
portal-projects-title = المشاريع
portal-projects-empty = لا مشاريع بعد. المشروع إضافة تطوّرها.
portal-projects-new = مشروع جديد
portal-projects-kind = النوع
portal-projects-kind-hint = الإضافة الوظيفية تضيف لوحة إلى التذاكر، والقناة تجلب الرسائل وترسل الردود، واللغة تترجم مكتب المساعدة. يجب أن تكون حزمك من هذا النوع.
portal-projects-make = إنشاء المشروع
portal-projects-made = أُنشئ المشروع { $name }.
portal-field-project_name = الاسم بالإنجليزية
portal-field-project_slug = المعرّف
portal-hint-project_slug = الجزء الثاني من معرّف الإضافة، مثل contact-sync. لا يمكن تغييره لاحقًا.
form-unknown-project_slug = استخدم من 2 إلى 40 حرفًا صغيرًا أو رقمًا أو شرطة.
portal-project-versions = الإصدارات
portal-project-empty = لا إصدارات بعد. ارفع حزمة أو ابدأ بالنصوص.
portal-version-unnumbered = لا حزمة بعد
portal-version-begin = بدء إصدار جديد
portal-version-begun = بدأ الإصدار.
portal-package-upload = رفع حزمة
portal-package-hint = ملف .annex موقّع لهذا المشروع، حتى 16 ميغابايت. قبل المراجعة لا يمكن تثبيته إلا في مكتب التطوير لديك ومكاتب المنصة.
portal-package-uploaded = رُفع الإصدار { $version }.
portal-package-none = لا توجد حزمة بعد.
portal-package-take = استخدام ما تقوله الحزمة
portal-package-version = الإصدار
portal-package-digest = SHA-256
portal-package-size = الحجم
portal-package-report = التقرير الآلي
portal-report-waits = لم تُفحص بعد
portal-report-clean = لا موانع
portal-report-blockers = الموانع: { $count }
portal-progress = التقدم
portal-progress-open = المتبقي: { $count }
portal-language = رمز اللغة
portal-language-show = عرض
portal-draft-saved = حُفظ.
portal-draft-newer = حُفظ هذا في مكان آخر في هذه الأثناء. لم يضع شيء مما كتبت: تظهر النسختان في النموذج. اختر التي تبقى.
portal-draft-theirs = حُفظ في مكان آخر:
portal-draft-locked = لا يمكن تعديل هذا الآن. اسحبه من المراجعة أولًا، أو ابدأ الإصدار التالي.
portal-submit = إرسال للمراجعة
portal-submitted = أُرسل للمراجعة.
portal-withdraw = سحب من المراجعة
portal-withdrawn = سُحب من المراجعة.
portal-release = إتاحة
portal-released = الإصدار متاح الآن.
draft-part-texts = النصوص
draft-part-notes = ملاحظات الإصدار
draft-part-details = الفئات والدعم والروابط
draft-part-package = الحزمة
draft-part-checklist = قائمة التحقق
draft-part-certification = الشهادة
draft-field-name = الاسم
draft-field-summary = الملخص
draft-field-description = الوصف
draft-field-highlights = أبرز المزايا
draft-field-release-notes = ما الجديد
draft-field-icon = الأيقونة
draft-field-pictures = الصور
draft-field-video = الفيديو
draft-field-categories = الفئات
draft-field-works-with = يعمل مع
draft-field-support-email = بريد الدعم
draft-field-support-portal = بوابة الدعم
draft-field-support-faq = الأسئلة الشائعة
draft-field-terms-url = شروط الخدمة
draft-field-privacy-url = سياسة الخصوصية
draft-field-package = الحزمة
draft-field-plans = الخطط
draft-field-service-events = عنوان الأحداث
draft-field-service-scopes = صلاحيات الواجهة البرمجية
draft-field-service-redirects = عناوين إعادة التوجيه
draft-field-service-open = عنوان «فتح في»
draft-field-service-manual = تجهيز يدوي
draft-field-checklist-one-click-install = يُثبَّت بنقرة واحدة مع المستخدمين
draft-field-checklist-trial = يوفّر تجربة مدتها 30 يومًا
draft-field-checklist-api-access = يعمل مع الواجهة البرمجية لمكتب المساعدة
draft-field-checklist-single-sign-on = دخول موحّد إلى منتجك
draft-field-checklist-pay-as-you-go = الفوترة بحسب الاستخدام
draft-field-checklist-life-cycle-tried = اختُبر التثبيت والتحديث والإزالة
draft-field-checklist-accessibility-tried = اختُبر بلوحة المفاتيح وقارئ الشاشة
draft-field-certification-data-kept = ما البيانات التي تغادر مكتب المساعدة وأين تُخزَّن؟
draft-field-certification-data-deleted = كيف ومتى تُحذف؟
draft-field-certification-other-processors = من يعالجها أيضًا؟
draft-field-certification-incidents = كيف يُبلَّغ عن الحوادث ومن يفعل ذلك؟
draft-hint-summary = جملة واحدة من 160 حرفًا على الأكثر، تظهر على بطاقة الإضافة في المتجر.
draft-hint-description = نص عادي من 8000 حرف على الأكثر. السطر الفارغ يبدأ فقرة جديدة.
draft-hint-release-notes = ما الذي يتغيّر لمن يحدّث.
draft-hint-video = عنوان يبدأ بـ https://، تؤدي إليه صفحة الإضافة.
draft-hint-highlights = أفضل ما تقدمه، ميزة في كل سطر، حتى 6. تحتاج كل لغة إلى العدد نفسه من الأسطر.
draft-hint-categories = حتى 5 كلمات بأحرف صغيرة تفصلها فواصل.
draft-hint-works-with = أسماء منتجات، واحد في كل سطر، حتى 10.
draft-answer-none = بلا إجابة
draft-answer-yes = نعم
draft-answer-no = لا
draft-answer-not-applicable = لا ينطبق
draft-problem-missing = املأ هذا قبل الإرسال.
draft-problem-too-long = هذا أطول من اللازم.
draft-problem-too-many = هذا أكثر من اللازم.
draft-problem-control-character = أزل المحارف غير المرئية ومحارف التحكم.
draft-problem-language-code = استخدم رمز لغة مثل de أو pt-BR.
draft-problem-categories = استخدم حتى 5 كلمات بأحرف صغيرة وأرقام وشرطات.
draft-problem-not-an-email = أدخل عنوان بريد إلكتروني.
draft-problem-not-a-url = أدخل عنوانًا يبدأ بـ https://.
draft-problem-differs-from-package = الحزمة تقول شيئًا آخر.
draft-problem-other-lines = اكتب عدد الأسطر نفسه كما في الإنجليزية.
draft-problem-locked = نُشر هذا من قبل. اطلب من المنصة فتح القفل.
draft-problem-requirement-missing = يشترط المتجر هذا. غيّر الحزمة أو الإجابة.
requirements-title = متطلبات المتجر
requirement-met = مستوفى
requirement-confirmed = أكّده الناشر
requirement-missing = غير مستوفى
review-standing-draft = مسودة
review-standing-under-review = قيد المراجعة
review-standing-published = منشور
review-state-draft = مسودة
review-state-in-review = قيد المراجعة
review-state-approved = تمت الموافقة
review-state-rejected = مرفوض
review-state-available = متاح
review-state-advertised = معلن
review-track-technical = المراجعة التقنية
review-track-marketplace = مراجعة السوق
review-place = الترتيب في الانتظار: { $place }
review-usual-hours = المدة المعتادة للمراجعة بالساعات: { $hours }
review-usual-days = المدة المعتادة للمراجعة بالأيام: { $days }
review-versions-title = المراجعات
review-queue-empty = لا شيء بانتظار المراجعة.
review-round = الجولة { $number }
review-half = تلزم موافقة ثانية
review-since = التغييرات منذ { $version }
review-first = كل شيء، إذ لم تتم الموافقة على أي إصدار من قبل
review-no-difference = لا توجد اختلافات.
review-path = أين
review-before = قبل
review-after = الآن
review-section-fields = العرض
review-section-capabilities = القدرات
review-section-hosts = المضيفون
review-section-strings = البيان
review-section-files = الملفات
review-section-package = الحزمة
review-submitted = ما أُرسل
review-notes = الملاحظات
review-notes-none = لا ملاحظات بعد.
review-note-new = ملاحظة جديدة
review-note-add = إضافة ملاحظة
review-noted = أُضيفت الملاحظة.
review-severity = الأهمية
review-at = بخصوص
review-at-whole = الإصدار ككل
review-at-field = حقل
review-at-line = سطر في ملف
review-at-node = جزء من عرض
review-place-of = الموضع
review-place-hint = حقل مثل summary.de، أو سطر مثل src/lib.rs:12، أو العرض ومسار العقدة وبينهما مسافة.
form-unknown-target = أدخل الموضع كما يوضّح التلميح أسفل الحقل.
review-body = ما يجب تغييره
review-settle = تسوية
review-settled = سُوّيت
review-reopen = إعادة فتح
review-reopened = الملاحظة مفتوحة من جديد.
review-changed = تغيّر منذ ذلك
review-omission = كان يمكن ذكرها من قبل
review-decision = القرار
review-decision-hint = الملاحظة المكتوبة أعلاه ولم تُضف بعد تُضاف مع قرارك.
review-approve = موافقة
review-approved = تمت الموافقة على الإصدار.
review-reject = رفض
review-rejected = رُفض الإصدار وأُبلغ ناشره بالسبب.
review-second-needed = سُجّلت موافقتك. يطلب الإصدار أكثر من السابق، لذا يجب أن يوافق مراجع ثانٍ.
review-unlock = فتح قفل الأيقونة والخطط
review-unlocked = يمكن أن تتغير أيقونة هذا الإصدار وخططه.
error-code-addon-ends = أُعلن عن إنهاء هذه الإضافة. ألغِ ذلك أولًا.
error-code-rollout-shrinks = لا يمكن للطرح إلا أن يتوسع. أوقفه مؤقتًا أو اسحب الإصدار.
error-code-withdrawn-by-platform = سحبت المنصة هذا الإصدار. انشر إصدارًا آخر أو تواصل مع المنصة.

install-version-title = تثبيت هذا الإصدار
install-version-text = من يفتح هذا الرابط ينتقل إلى متجر مكتب المساعدة لديه وقد اختير هذا الإصدار. ومكاتب المساعدة التي لا يمكنها تثبيته تُخبَر بالسبب.
install-version-link = رابط التثبيت

portal-events-title = الأحداث
portal-events-intro = يُرسل ما يحدث لإضافاتك بالترتيب إلى خدمتك. هنا ترى هل يصل.
portal-events-endpoints = نقاط الاستقبال
portal-events-empty = لا تذكر أي من إضافاتك عنوانًا للأحداث في بيانها بعد.
portal-endpoint-title = أحداث { $addon }
portal-endpoint-health = نقطة الاستقبال
portal-endpoint-fine = تعمل
portal-endpoint-failing = متعطلة منذ { $since }
portal-endpoint-paused-by-publisher = متوقفة مؤقتًا
portal-endpoint-paused-gone = متوقفة مؤقتًا: ردّت الخدمة بالرمز 410
portal-endpoint-no-address = لا عنوان
portal-endpoint-waiting = في الانتظار: { $count }
portal-endpoint-pause = أوقف مؤقتًا
portal-endpoint-resume = استأنف
portal-endpoint-stopped = لا يُرسل شيء حتى تستأنف. ما يحدث في هذه الأثناء ينتظر.
portal-endpoint-resumed = تُرسل الأحداث من جديد.
portal-endpoint-secrets = أسرار التوقيع
portal-endpoint-secrets-show = أظهر الأسرار
portal-endpoint-secrets-text = تُوقَّع الأحداث بكل سر من هذه الأسرار. القيمة الأخيرة هي المفتاح العام، وليست سرية.
portal-endpoint-move = غيّر العنوان
portal-endpoint-moved = تم تغيير العنوان، وهو يسري أيضًا على الأحداث المنتظرة.
portal-endpoint-rotate = أنشئ سرًا آخر
portal-endpoint-rotated = يوقّع سر جديد الأحداث من الآن. ويبقى السابق صالحًا 24 ساعة.
portal-events-kept = أحداث آخر 30 يومًا
portal-events-none = لا أحداث بعد.
portal-events-from = من (UTC)
portal-events-to = حتى (UTC)
portal-events-replay = أعد الإرسال
portal-events-replay-since = أعد إرسال كل ما بعده
portal-events-replay-range = أعد إرسال هذه
portal-events-range-wrong = اختر البداية والنهاية.
portal-events-replayed = أحداث أُعيدت إلى الانتظار: { $count }
portal-events-older = أحداث أقدم
portal-event-waiting = في الانتظار
portal-event-delivered = وصل
portal-event-expired = انتهت مدته
portal-event-tries = محاولات: { $count }

portal-clients-title = عملاء OAuth
portal-clients-intro = لمكتب التطوير الخاص بك، إلى جانب العميل الذي يأتي مع كل تثبيت. يُسمح للعميل بما تطلبه النسخة المثبتة.
portal-clients-new = أنشئ عميلًا
portal-clients-installation = الإضافة في مكتب التطوير
portal-clients-redirects = عناوين إعادة التوجيه، واحد في كل سطر
portal-clients-redirects-hint = https، أو http على localhost. تُقارن بدقة.
portal-clients-none-installed = ثبّت أولًا إحدى إضافاتك في مكتب التطوير.
portal-clients-told = انسخ هذا الآن، فلن يظهر مرة أخرى.
portal-clients-id = معرّف العميل
portal-clients-secret = سر العميل
portal-clients-key = المفتاح الخاص (JWK)
portal-clients-empty = لا عملاء بعد.
portal-clients-rotate = استبدل السر
portal-clients-rotate-text = يُستبدل سر { $name }. ويبقى السابق صالحًا 24 ساعة.
portal-clients-revoke = ألغِ
portal-clients-revoke-title = هل تريد إلغاء { $name }؟
portal-clients-revoke-text = يتوقف السر والمفتاح والرموز عن العمل فورًا. لا يمكن التراجع عن ذلك.
portal-clients-revoked = أُلغي { $name }.
portal-field-client_name = الغرض منه
form-unknown-redirects = استخدم عناوين https، أو http على localhost، كل واحد مرة واحدة.

## من يمكنه الحصول على إضافة، وما مصيرها

portal-offered-title = التوفر
portal-offered-own = حتى الآن لا يمكن تثبيت هذا الإصدار إلا في مكتب التطوير لديك ومكاتب المنصة.
portal-offered-percent = معروض على { $percent }٪ من مكاتب المساعدة التي ترى الإضافة.
portal-offered-paused = الطرح متوقف مؤقتًا. على مكاتب المساعدة التي ليس لديها هذا الإصدار أن تنتظر.
portal-offered-withdrawn = سحبت هذا الإصدار. لم يعد تثبيته ممكنًا، ومن لديه الإصدار يحتفظ به.
portal-offered-withdrawn-by-platform = سحبت المنصة هذا الإصدار. لم يعد تثبيته ممكنًا، ومن لديه الإصدار يحتفظ به.
portal-offered-blocked = حظرت المنصة هذا الإصدار.
portal-offer-again = عرضه من جديد
portal-offered-again = الإصدار معروض من جديد.
portal-yank = سحب الإصدار
portal-yanked = سُحب الإصدار.
portal-install-version = تثبيت الإصدار
portal-rollout-percent = نسبة مكاتب المساعدة المئوية
portal-rollout-pause = إيقاف الطرح مؤقتًا
portal-rollout-resume = استئناف الطرح
portal-rollout-saved = تغيّر الطرح.
portal-access-title = الوصول
portal-access-none = ارفع حزمة أولًا. قبل ذلك لا شيء يُشارَك.
portal-access-saved = تغيّر الوصول.
portal-audience = من يمكنه تثبيت هذه الإضافة؟
portal-audience-public = كل مكاتب المساعدة
portal-audience-public-hint = تظهر في المتجر فور اعتماد صفحتها.
portal-audience-link = مكاتب المساعدة التي لديها رابط
portal-audience-link-hint = غير مدرجة. مكاتب المساعدة التي تفتح أحد روابطك، والمضافة أدناه.
portal-audience-desks = مكاتب المساعدة أدناه فقط
portal-audience-desks-hint = غير مدرجة. لم تعد روابطك تتيح الدخول لأحد، وتحتفظ مكاتب المساعدة التي استخدمت رابطًا بوصولها.
portal-links = الروابط
portal-links-none = لا روابط بعد.
portal-link-new = رابط جديد
portal-link-label = التسمية
portal-link-days = مدة الصلاحية
portal-link-forever = حتى إلغائه
portal-link-most = الحد الأقصى لمكاتب المساعدة
portal-link-most-hint = اتركه فارغًا إن لم يكن هناك حد.
portal-link-make = إنشاء رابط
portal-link-made-title = رابطك الجديد
portal-link-made-text = انسخه الآن، فهو يظهر هذه المرة فقط.
portal-link-works = نشط
portal-link-expired = منتهي الصلاحية
portal-link-revoked = ملغى
portal-link-used-up = مستنفد
portal-link-used = { $count ->
    [zero] لم يستخدمه أي مكتب مساعدة
    [one] استخدمه مكتب مساعدة واحد
    [two] استخدمه مكتبا مساعدة
    [few] استخدمته { $count } مكاتب مساعدة
    [many] استخدمه { $count } مكتب مساعدة
   *[other] استخدمه { $count } مكتب مساعدة
}
portal-link-used-of = استخدمه { $count } من أصل { $most } من مكاتب المساعدة
portal-link-until = حتى { $date }
portal-link-revoke = إلغاء
portal-link-revoke-title = هل تريد إلغاء الرابط «{ $label }»؟
portal-link-revoke-text = لن يتيح الدخول لأحد من الآن، وتفقد مكاتب المساعدة التي استخدمته وصولها. وتستمر الإضافة في العمل حيث هي مثبّتة. لا يمكن التراجع عن ذلك.
portal-link-revoked-now = أُلغي الرابط.
portal-guests = مكاتب المساعدة التي لديها وصول
portal-guests-none = لا أحد بعد.
portal-guest-by = عبر الرابط «{ $label }»
portal-guest-named = أضفته أنت
portal-guest-remove = إزالة
portal-guest-desk = معرّف مكتب مساعدة
portal-guest-desk-hint = يجده مسؤولوه في الإدارة ← المكتب والنظام.
portal-guest-add = إضافة مكتب مساعدة
portal-desk-admitted = لمكتب المساعدة وصول الآن.
portal-desk-dismissed = لم يعد بإمكان مكتب المساعدة تثبيت الإضافة.
form-unknown-desk = لا يوجد مكتب مساعدة بهذا المعرّف.
portal-manage-title = إدارة الإضافة
portal-listed-title = المتجر
portal-listed-yes = الإضافة معلن عنها: تظهر في المتجر ويجدها البحث.
portal-listed-no = الإضافة غير معلن عنها. يتغير ذلك مع اعتماد صفحتها في المرة القادمة.
portal-unlist = إيقاف الإعلان
portal-unlist-title = هل تريد إيقاف الإعلان عن هذه الإضافة؟
portal-unlist-text = تختفي فورًا من شبكة السوق ومن البحث. ولا يُعلن عنها مجددًا إلا بعد اعتماد صفحة نسخة أخرى.
portal-unlisted = لم يعد يُعلن عن الإضافة.
portal-offer-title = النقل
portal-manage-offer = عرضها على ناشر آخر
portal-manage-offer-text = تصبح الإضافة له فور قبول أحد مالكيه. يبقى معرّفها كما هو، وتحتاج الحزم الجديدة إلى مفاتيحه منذ ذلك الحين.
portal-field-offered_to = معرّف الناشر
form-unknown-offered_to = أدخل معرّف ناشر آخر على هذا المضيف.
portal-offer-open = معروضة على { $publisher }. تصبح له فور قبوله.
portal-offer-made = عُرضت الإضافة على { $publisher }.
portal-offer-take-back = سحب العرض
portal-offer-taken-back = سُحب العرض.
portal-offered-to-you = معروضة عليك
portal-offer-text = يعرض عليك { $publisher } هذه الإضافة. بقبولك تصبح لك مع مشروعها، وتحتاج الحزم الجديدة إلى مفاتيحك. وتُستبدل عملاء OAuth وأسرار التوقيع، وتنتظر الأحداث حتى تحدد عنوان خدمتك وتستأنف إرسالها.
portal-offer-accept = تسلّم الإضافة
portal-offer-accepted = أصبحت { $addon } لك الآن.
portal-end-title = نهاية الإضافة
portal-manage-end = إنهاء الإضافة
portal-manage-end-text = لا يمكن لأحد تثبيتها من الآن. تحتفظ بها مكاتب المساعدة التي تستخدمها 30 يومًا، ويُخبَر بالبريد الإلكتروني كل من يدير الإضافات هناك. بعد ذلك تتوقف ويُحذف مشروعها، ويبقى معرّفها محجوزًا. وإن لم يستخدمها أي مكتب مساعدة حدث ذلك فورًا.
portal-end-at = تنتهي الإضافة في { $date }.
portal-end-announced = تنتهي الإضافة في { $date }.
portal-end-take-back = إبقاء الإضافة
portal-end-taken-back = تبقى الإضافة.
portal-delete-title = حذف المشروع
portal-delete-text = لم يُرفع شيء بعد، لذا يمكن حذف المشروع فورًا مع كل ما كُتب عن إصداراته.
portal-delete-ask = حذف { $name }؟
portal-delete-ask-text = يضيع كل ما كُتب عن إصداراته. لا يمكن التراجع عن ذلك.
portal-project-deleted = حُذف المشروع.
