### صفحات الإضافات ولوحاتها داخل التذاكر، بالعربية.

## Kinds and states
kind-plugin = إضافة وظيفية
kind-channel = قناة
kind-language = لغة
kind-plugins = إضافات وظيفية
kind-channels = قنوات
kind-languages = لغات

badge-installed = مثبّتة
badge-installing = قيد التثبيت
badge-failed-installation = فشل التثبيت
badge-active = نشطة
badge-updating = قيد التحديث
badge-failed-update = فشل التحديث
badge-inactive = متوقفة
badge-suspended = معلّقة
badge-uninstalling = قيد الإزالة
badge-update = تحديث إلى { $version }
badge-pinned = مقيّدة بإصدارها
badge-manual = إعداد يدوي
badge-blocked = محظورة
badge-available = متاحة
badge-yanked = مسحوبة
badge-key-active = نشط
badge-key-retired = مستبدل
badge-key-revoked = ملغى

price-free = مجانية
price-free-long = مجانية: لا يُحتسب أي مبلغ.

## Permissions, as sentences
access-none = لا تطلب أي أذونات.
access-purpose = الغرض:
access-http = ترسل البيانات وتستقبلها عبر https مع هذه المضيفات فقط
access-own-host = الخادم الذي تدخله في ‹{ $label }›
access-kv = تحتفظ ببيانات خاصة بها على هذا الخادم
access-tickets-read = تقرأ التذاكر ورسائلها
access-tickets-write = تفتح تذاكر وتضيف ملاحظات داخلية وتغيّر المسؤول والحالة والأولوية والموضوع والوسوم والحقول
access-tickets-reply = تردّ على أصحاب التذاكر باسم مكتبك
access-contacts-read = تقرأ أسماء أصحاب التذاكر وعناوين بريدهم وأرقام هواتفهم
access-contacts-write = تضيف أصحاب التذاكر وتغيّر أسماءهم وعناوينهم وأرقام هواتفهم وشركاتهم وحقولهم
access-operators-read = تقرأ أسماء العاملين في مكتبك وعناوين بريدهم وأدوارهم ومجموعاتهم
access-files-read = تقرأ الملفات المرفقة بالتذاكر
access-files-write = ترفق ملفات بالرسائل
access-schedule = تعمل من تلقاء نفسها في أوقات مخططة
access-mail = ترسل البريد الإلكتروني وتستقبله عبر صناديق بريد تُعدّها لها
access-runs = تعمل من تلقاء نفسها { $when }
access-public = يمكن لأي شخص الوصول إليها من الإنترنت دون تسجيل الدخول
rhythm-minutes = { $count ->
    [zero] كل دقيقة
    [one] كل دقيقة
    [two] كل دقيقتين
    [few] كل { $count } دقائق
    [many] كل { $count } دقيقة
   *[other] كل { $count } دقيقة
}
rhythm-hours = { $count ->
    [zero] كل ساعة
    [one] كل ساعة
    [two] كل ساعتين
    [few] كل { $count } ساعات
    [many] كل { $count } ساعة
   *[other] كل { $count } ساعة
}
rhythm-days = { $count ->
    [zero] كل يوم
    [one] كل يوم
    [two] كل يومين
    [few] كل { $count } أيام
    [many] كل { $count } يومًا
   *[other] كل { $count } يوم
}
rhythm-cron = في الأوقات «{ $cron }» (الدقيقة والساعة واليوم والشهر ويوم الأسبوع)
planned-title = المخطط له
planned-next = التشغيل التالي:
planned-last = آخر تشغيل:
access-service = يحق لخدمة الناشر الخاصة من خارج هذا الخادم: { $what }
access-fields-ticket = تضيف حقولًا إلى التذاكر
access-fields-contact = تضيف حقولًا إلى أصحاب التذاكر
access-fields-purpose = لا يملؤها إلا هذه الإضافة والعاملون في مكتب المساعدة.

## Marketplace
marketplace-title = المتجر
marketplace-search = البحث في الإضافات
marketplace-kinds = أنواع الإضافات
marketplace-all = الكل
marketplace-show = عرض
marketplace-show-all = كل شيء
marketplace-show-new = غير المثبّتة
marketplace-show-installed = المثبّتة
marketplace-show-updates = التي لها تحديثات
marketplace-categories = الفئات
marketplace-chip-search = «{ $text }»
marketplace-remove = إزالة { $what }
marketplace-clear = مسح الكل
marketplace-no-match = لا توجد إضافات مطابقة
marketplace-no-match-hint = جرّب كلمات أخرى، أو تصفّح كل الإضافات.
marketplace-empty = لا توجد إضافات بعد
marketplace-empty-hint = تظهر الإضافات هنا بعد نشر حزمة في الكتالوج.
marketplace-to-catalog = فتح الكتالوج
marketplace-developers = انشر إضافاتك الخاصة
category-crm = إدارة علاقات العملاء
category-translation = الترجمة
category-surveys = الاستبيانات
category-social = وسائل التواصل
category-security = الأمان
category-reporting = التقارير
category-quality = الجودة
category-phone = الهاتف
category-marketing = التسويق
category-knowledge = قاعدة المعرفة
category-integration = التكاملات
category-developer-tools = أدوات المطورين
category-customer-success = نجاح العملاء
category-commerce = المتاجر الإلكترونية
category-billing = الفوترة
category-automation = الأتمتة
category-messaging = المراسلة
category-productivity = الإنتاجية
category-analytics = التحليلات
category-sales = المبيعات
category-language = اللغة
category-example = أمثلة

## Listing
listing-back = المتجر
listing-install = تثبيت
listing-update = تحديث إلى { $version }
listing-manage = إدارة
listing-another = تثبيت نسخة أخرى
listing-previous = الإصدار السابق ({ $version })
listing-whats-new = ما الجديد
listing-about = عن هذه الإضافة
listing-permissions = ما يُسمح لها به
listing-releases = الإصدارات
listing-facts = معلومات
listing-liability = يقدّم { $publisher } هذه الإضافة، لا صانعو مكتب المساعدة هذا. وهو المسؤول عمّا تفعله وعن البيانات التي تتلقاها.
fact-price = السعر
fact-publisher = الناشر
fact-version = الإصدار
fact-published = تاريخ النشر
fact-size = الحجم
fact-categories = الفئات
fact-support = الدعم
fact-portal = بوابة المساعدة
fact-faq = أسئلة وأجوبة
fact-terms = الشروط
fact-terms-link = شروط الخدمة
fact-privacy = الخصوصية
fact-privacy-link = سياسة الخصوصية
fact-not-given = غير مذكور

## Consent
consent-title = تثبيت { $name }
consent-by = { $publisher } · الإصدار { $version }
consent-permissions = تطلب هذه الأذونات
consent-hint = لا يمكنها فعل أي شيء آخر. التحديثات التي تطلب المزيد تنتظر موافقتك.
consent-install = الموافقة والتثبيت
consent-changed = تغيّر هذا منذ تحميل الصفحة. يُرجى مراجعته مرة أخرى.
consent-name-wrong = يتكون الاسم من 1 إلى 60 حرفًا في سطر واحد.
consent-name-taken = هذه القناة مثبّتة لديكم بالفعل. امنحوا هذه اسمًا لا تحمله قناة أخرى.
install-label = الاسم
install-label-hint = الاسم الذي تستخدمونه لها، مثل «بوت المبيعات». به تميّزونها إذا كان لديكم أكثر من واحدة.
install-label-another = هذه القناة مثبّتة لديكم بالفعل. اذكروا اسم هذه، مثل «بوت المبيعات».
install-label-save = حفظ الاسم

## My add-ons
my-addons-title = إضافاتي
my-addons-more = تصفّح المتجر
my-addons-empty = لم يُثبَّت شيء بعد
my-addons-empty-hint = تجلب الإضافات لوحات للشريط الجانبي في التذكرة وقنوات ولغات.
my-addons-none-of-kind = لا شيء مثبّت من هذا النوع
my-addons-none-of-kind-hint = اختر نوعًا آخر، أو ابحث في المتجر.
my-addons-manageable = يمكنك إدارة هذه الإضافة
my-addons-retrying = جارٍ إعادة المحاولة…
my-addons-retry-done = نجح ذلك: الإضافة مثبّتة ونشطة.
my-addons-retry-failed = فشل مرة أخرى. افتحها لترى السبب.
my-addons-buy-again = لم تُثبّت. ما خُصم لأجلها يُعاد. للحصول عليها اختر خطتها من جديد.
my-addons-choose-plan = اختر خطة

## One add-on
manage-back = إضافاتي
manage-listing = صفحة التعريف
manage-version = الإصدار { $version }
manage-tabs = أقسام هذه الإضافة
manage-actions = ما يمكنك فعله
tab-settings = الإعدادات
tab-users = المستخدمون
tab-data = البيانات
tab-logs = السجلات
tab-health = السلامة
manage-blocked = حُظر هذا الإصدار ولا يعمل. حدّث الإضافة أو أزِلها.
manage-update-title = الإصدار { $version } متاح
manage-retry = إعادة المحاولة
manage-notice-id = رقم الخطأ { $id } ({ $code })
notice-install-failed = فشل التثبيت
notice-update-failed = فشل التحديث وفشلت العودة أيضًا
notice-update-undone = تم التراجع عن آخر تغيير؛ تعمل الإضافة كما كانت
notice-uninstall-failed = لم تُزل الإضافة
notice-suspended = عُلّقت بعد أعطال متكررة
manage-versions = الإصدارات
manage-previous-hint = يعيد البيانات إلى ما كانت عليه قبل التحديث.
manage-pin = البقاء على { $line }
manage-pin-hint = لا تُعرض إلا إصلاحات هذا الخط حتى ترفع التقييد.
manage-unpin = رفع التقييد
manage-unpin-hint = تُعرض كل التحديثات من جديد.
manage-switches = الإيقاف أو الإزالة
manage-activate = تفعيل
manage-activate-hint = تعمل من جديد بكل بياناتها وإعداداتها.
manage-deactivate = إيقاف
manage-deactivate-hint = تتوقف فورًا. تبقى البيانات والإعدادات، ولا يُحتسب أي مبلغ.
manage-uninstall = إزالة
manage-uninstall-hint = تتوقف، وتُحذف بياناتها وإعداداتها نهائيًا. سترى أولًا ما هي.
manage-granted = ما يُسمح لها به
manage-installed-at = تاريخ التثبيت

progress-installing = جارٍ تثبيت { $name }
progress-installing-hint = يمكنك مغادرة هذه الصفحة؛ يستمر العمل من تلقاء نفسه.
progress-updating = جارٍ تحديث { $name } إلى الإصدار { $version }
progress-updating-hint = يعمل الإصدار الحالي حتى لحظة التبديل.
progress-uninstalling = جارٍ إزالة { $name }
progress-uninstalling-hint = تُحذف بياناتها الآن.
progress-by-hand = بانتظار { $publisher }
progress-by-hand-hint = يعدّ هذه الإضافة ناشرها، وله حتى { $date } ليرد. يمكنك مغادرة هذه الصفحة؛ ستصلك رسالة.
by-hand-install = يعدّ { $publisher } هذه الإضافة يدويًا. ينتظر التثبيت رده حتى 7 أيام. إن رفض أو لم يرد فلن يُثبَّت شيء، ويُعاد ما دفعته.
by-hand-uninstall = أعدّ { $publisher } هذه الإضافة يدويًا. تتوقف فورًا ولا يُحتسب عنها شيء بعد الآن؛ وتُزال عندما يؤكد ذلك خلال 7 أيام. وإن لم يفعل يمكنك المحاولة من جديد.

settings-none = لا شيء لضبطه
settings-none-hint = تعمل هذه الإضافة بلا إعدادات.
settings-save = حفظ الإعدادات
settings-test = اختبار الاتصال
settings-work = هذه الإعدادات تعمل.
settings-not-tested = تعذّرت تجربة هذه الإعدادات: { $reason }
settings-choices-typed = لم تذكر الإضافة ما يمكن اختياره. اكتب القيمة أو أعد تحميل الصفحة.
settings-choices-typed-lines = لم تذكر الإضافة ما يمكن اختياره. اكتب قيمة في كل سطر أو أعد تحميل الصفحة.
settings-choices-find = البحث عن المزيد لـ { $label }
settings-choices-go = بحث
settings-account-connected = متصل
settings-account-none = غير متصل
settings-account-connect = توصيل
settings-account-again = إعادة التوصيل
settings-account-end = قطع الاتصال
settings-account-back = عنوان إعادة التوجيه للتطبيق:
connection-title = توصيل حساب
settings-secret-set = ••••••••  (محفوظ)
settings-secret-kept = محفوظ ومشفّر ولا يُعرض مرة أخرى. اتركه فارغًا للإبقاء عليه.
settings-secret-new = سيُحفظ مشفّرًا ولن يُعرض مرة أخرى.

users-who = من يستخدمها
users-count = { $count ->
    [zero] لا يستخدمها أحد من أعضاء الفريق النشطين (من أصل { $of }).
    [one] يستخدمها عضو نشط واحد من أصل { $of }.
    [two] يستخدمها عضوان نشطان من أصل { $of }.
    [few] يستخدمها { $count } أعضاء نشطين من أصل { $of }.
    [many] يستخدمها { $count } عضوًا نشطًا من أصل { $of }.
   *[other] يستخدمها { $count } عضو نشط من أصل { $of }.
}
users-hint = لا يرى الآخرون لوحتها بجانب التذاكر. تصلها الأحداث أيًّا كان من يستخدمها.
users-search = البحث في أعضاء الفريق
users-no-match = لا يوجد عضو مطابق
users-installer = ثبّت الإضافة ويحتفظ بها. الإزالة تسحبها من الجميع.
users-installer-me = أنت من ثبّتها، لذا تحتفظ بها. الإزالة تسحبها من الجميع.
users-inactive = يحتفظ بها لوقت لاحق، لكنه لا يُحتسب.
users-until = حتى { $day }
users-more = { $count ->
    [zero] يظهر الجميع.
    [one] هناك عضو آخر غير ظاهر: ابحث عنه.
    [two] هناك عضوان آخران غير ظاهرين: ابحث عنهما.
    [few] هناك { $count } أعضاء آخرين غير ظاهرين: ابحث عنهم.
    [many] هناك { $count } عضوًا آخر غير ظاهرين: ابحث عنهم.
   *[other] هناك { $count } عضو آخر غير ظاهرين: ابحث عنهم.
}
users-save = حفظ المستخدمين
users-later = أعضاء الفريق الذين ينضمون لاحقًا
users-later-hint = يسري هذا على من يُدعى أو يحصل على دور من الآن فصاعدًا. ولا يسحب الإضافة من أحد أبدًا.
users-rule-everyone = يحصل عليها الجميع
users-rule-roles = يحصل عليها من لديه أحد هذه الأدوار
users-rule-which = الأدوار
users-rule-nobody = لا يحصل عليها أحد إلا من حُدّد أعلاه
users-rule-save = حفظ القاعدة
users-rule-no-role = اختر دورًا واحدًا على الأقل.
users-whole-desk = تعمل لمكتب المساعدة كله
users-whole-desk-channel = تستقبل القناة الرسائل وترسل الردود للجميع، فلا يوجد من يُختار.
users-whole-desk-language = يمكن للجميع اختيار اللغة في ملفهم الشخصي، فلا يوجد من يُختار.

data-none = لا شيء محفوظ
data-none-hint = لم تحفظ هذه الإضافة شيئًا حتى الآن.
data-what = ماذا
data-count = العدد
data-size = الحجم
data-export = تصدير كل شيء
data-export-hint = أرشيف واحد (tar وzstd). لا يشمل القيم السرّية.
item-kv-entries = مدخلات بياناتها الخاصة
item-settings = الإعدادات
item-secrets = القيم السرّية
item-log-lines = أسطر السجل
item-snapshots = النسخ المحفوظة قبل التحديثات
item-language-pack = حزم اللغة
item-users = الأعضاء الذين يستخدمونها
item-health-records = بيانات السلامة
item-channel-records = الروابط بين المحادثات والتذاكر
item-other = بيانات أخرى

logs-level = المستوى
logs-all = الكل
logs-time = الوقت
logs-message = الرسالة
logs-call = الاستدعاء
logs-host = الخادم
logs-of-call = الاستدعاء { $call }
logs-none = لم يُسجَّل شيء بعد
logs-no-match = لا توجد أسطر مطابقة
logs-older = أسطر أقدم
logs-live = تظهر الأسطر الجديدة تلقائيًا.
level-debug = تنقيح
level-info = معلومات
level-warn = تحذير
level-error = خطأ

health-calls = الاستدعاءات خلال 24 ساعة
health-errors = الأخطاء
health-median = الزمن الوسيط
health-mean = الزمن المتوسط
health-longest = أطول زمن
health-memory = ذروة الذاكرة
health-ms = { $value } مللي ثانية
health-chart = الاستدعاءات والأخطاء في كل ساعة، آخر 24 ساعة
health-chart-text = الاستدعاءات: { $calls }، والأخطاء: { $errors } في آخر 24 ساعة
health-traps = { $count ->
    [zero] لم تُوقَف خلال الساعة الأخيرة. تُعلَّق بعد ثلاث مرات.
    [one] أُوقفت مرة واحدة خلال الساعة الأخيرة. تُعلَّق بعد ثلاث مرات.
    [two] أُوقفت مرتين خلال الساعة الأخيرة. تُعلَّق بعد ثلاث مرات.
    [few] أُوقفت { $count } مرات خلال الساعة الأخيرة. تُعلَّق بعد ثلاث مرات.
    [many] أُوقفت { $count } مرة خلال الساعة الأخيرة. تُعلَّق بعد ثلاث مرات.
   *[other] أُوقفت { $count } مرة خلال الساعة الأخيرة. تُعلَّق بعد ثلاث مرات.
}
health-last-error = آخر خطأ
health-to-logs = أسطر سجل ذلك الاستدعاء
health-none = لا توجد استدعاءات بعد
health-none-hint = تظهر الأزمنة والأخطاء هنا عند استخدام الإضافة.
health-last-calls = آخر الاستدعاءات
health-kind = النوع
health-outcome = النتيجة
health-time = الزمن المستغرق
health-host-calls = استدعاءات الخادم

## Update and the way back
update-title = تحديث { $name } إلى { $version }
update-from = المثبّت: الإصدار { $version }
update-no-notes = لم يذكر الناشر شيئًا عن هذا الإصدار.
update-added = أذونات جديدة
update-nothing-added = لا تطلب شيئًا جديدًا.
update-hint = تُحفظ بياناتها أولًا. إذا فشل التحديث يُعاد كل شيء كما كان ويستمر الإصدار الحالي.
update-now = التحديث الآن
update-accept = الموافقة والتحديث
rollback-title = العودة بـ { $name } إلى { $version }
rollback-data = تعود بياناتها وإعداداتها إلى ما كانت عليه قبل التحديث. ويضيع ما حُفظ منذ ذلك الحين.
rollback-no-snapshot = لا توجد بيانات محفوظة من قبل التحديث: تبقى البيانات الحالية.
rollback-pinned = تُقيَّد الإضافة بهذا الإصدار: لا يُعرض أي تحديث حتى ترفع التقييد.
rollback-permissions = لا يُسمح لها بأكثر مما يطلبه ذلك الإصدار.
rollback-now = العودة إلى { $version }

## Uninstall
uninstall-title = إزالة { $name }
uninstall-deleted = سيُحذف ما يلي
uninstall-nothing = لم تحفظ أي شيء.
uninstall-kept = تبقى التذاكر والرسائل وأصحاب التذاكر وسجل التدقيق: فهي ملك لمكتب المساعدة.
uninstall-fields = يتوقف استخدام الحقول التي أتت بها، وتحتفظ بمحتواها.
uninstall-export = التصدير أولًا ({ $size })
uninstall-final = لا يمكن التراجع عن ذلك.
uninstall-type = اكتب { $name } للتأكيد
uninstall-name-wrong = اكتب هذا بالضبط: { $name }
uninstall-keep = الإبقاء عليها
leaving-why = لماذا تتوقف عن الاستخدام؟ (اختياري)
leaving-unsaid = بلا إجابة
leaving-hint = يرى الناشر عدد مرات كل إجابة، لا من أجاب بها.
why-left-price = تكلفتها مرتفعة
why-left-missing = ينقصها شيء ما
why-left-faults = لا تعمل جيدًا
why-left-hard = يصعب استخدامها
why-left-other-product = نستخدم شيئًا آخر
why-left-unneeded = لم نعد بحاجة إليها
uninstall-force = فرض الإزالة
uninstall-forced = هناك عملية جارية على هذه الإضافة: سيتم قطعها.

## Catalog
catalog-title = الكتالوج
catalog-intro = الحزم التي يعرضها هذا الخادم على مكاتب المساعدة فيه، والناشرون الذين يثق بهم. تُفحص كل حزمة بمفاتيح ناشرها، ولا يُقبل شيء بلا توقيع.
catalog-upload = نشر حزمة
catalog-package = ملف الحزمة
catalog-package-hint = ملف .annex موقّع، 16 ميبيبايت على الأكثر.
catalog-upload-now = الفحص والنشر
catalog-no-file = اختر ملفًا.
catalog-addons = الإضافات
catalog-empty = لا توجد حزم بعد
catalog-empty-hint = ثِق بناشر، ثم ارفع حزمة وقّعها.
catalog-state = الوضع
catalog-make-available = إتاحة
catalog-yank = سحب
catalog-block = حظر
catalog-states-hint = مسحوبة: لا تثبيتات جديدة، ويستمر ما هو مثبّت. محظورة: تتوقف التثبيتات العاملة أيضًا.
catalog-publishers = الناشرون
catalog-threshold = { $count ->
    [zero] لا يلزم أي توقيع
    [one] يلزم توقيع واحد
    [two] يلزم توقيعان
    [few] يلزم { $count } توقيعات
    [many] يلزم { $count } توقيعًا
   *[other] يلزم { $count } توقيع
}
catalog-revoke = إلغاء
catalog-revoke-title = هل تريد إلغاء مفتاح للناشر { $name }؟
catalog-revoke-text = لن تُقبل الحزم الموقّعة به بعد الآن، ولا يمكن إعادته.
catalog-trust = الوثوق بناشر أو بمفتاح إضافي
catalog-trust-hint = يمكن من الآن نشر الحزم الموقّعة بهذا المفتاح هنا. تأكّد من الناشر بوسيلة أخرى أن المفتاح له.
catalog-slug = معرّف الناشر
catalog-slug-wrong = استخدم من 2 إلى 40 من a-z و0-9 و-، مثل acme.
catalog-name-wrong = اكتب من 1 إلى 60 حرفًا في سطر واحد.
catalog-publisher-name = الاسم
catalog-key = المفتاح العام
catalog-key-hint = النص الذي يبدأ بـ BEGIN PUBLIC KEY، أو 64 رقمًا ست عشريًا.
catalog-key-wrong = هذا ليس مفتاح Ed25519 عامًا.
catalog-trust-now = الوثوق بهذا المفتاح

## تقارير الحزم
report-title = التقرير
report-intro = ما وجده هذا المضيف بنفسه في { $addon } { $version }. يجري الفحص نفسه في annex addon check.
report-again = إعادة الفحص
report-none = لم تُفحص هذه الحزمة بعد.
report-waiting = سيبدأ الفحص بعد لحظات.
report-running = يجري فحص الحزمة. يستغرق ذلك دقيقة على الأكثر.
report-failed = تعذّر على هذا المضيف فحص الحزمة.
report-findings = النتائج
report-clean = لا ملاحظات.
report-blocker = مانع
report-suggestion = اقتراح
report-note = ملاحظة
report-facts = حقائق
report-package = الحزمة
report-component = المكوّن
report-machine-code = شيفرة الآلة
report-compile = زمن الترجمة البرمجية
report-millis = { $count } مللي ثانية
report-files = الملفات
report-scenarios = السيناريوهات المنفّذة
report-views = ما تعرضه
report-view = { $scenario }، الخطوة { $step }

## Confirmations
flash-installed = ثُبّتت { $name } { $version } وهي نشطة.
flash-already-installed = هذه الإضافة مثبّتة بالفعل.
flash-updated = حُدّثت { $name } إلى الإصدار { $version }.
flash-rolled-back = عادت { $name } إلى الإصدار { $version }.
flash-ready = { $name } { $version } جاهزة.
flash-not-done = { $name }: لم ينجح ذلك. تبيّن الصفحة السبب.
flash-set-aside = توقفت عملية على { $name }. توضّح هذه الصفحة ما ينبغي فعله.
flash-refused = لم يُنفَّذ: { $reason }
flash-gone = أُزيلت الإضافة.
flash-uninstalled = أُزيلت { $name } وحُذفت بياناتها.
flash-activated = أصبحت { $name } نشطة من جديد.
flash-deactivated = أُوقفت { $name }. تبقى بياناتها.
flash-pinned = { $name } مقيّدة الآن، ولا تُعرض لها إلا إصلاحات خطها.
flash-unpinned = تتلقى { $name } التحديثات من جديد.
flash-renamed = الاسم الآن { $name }.
flash-no-update = لا يوجد إصدار أحدث.
flash-no-previous = لا يوجد إصدار سابق للعودة إليه.
flash-settings-saved = حُفظت إعدادات { $name }.
flash-settings-untried = حُفظت إعدادات { $name }، لكن تعذّر اختبار المفتاح لأن الخدمة لم تُجب. افتح لوحة لترى إن كان يعمل.
flash-settings-wrong = حُفظت إعدادات { $name }، لكنها لا تعمل بعد.
flash-connected = تم توصيل الحساب.
flash-disconnected = تم قطع اتصال الحساب.
flash-connection-needs-setting = احفظ الإعدادات أولًا ثم وصّل الحساب.
flash-connection-state = لم يبدأ هذا من هنا، أو مضى عليه وقت طويل. وصّل الحساب من جديد.
flash-connection-given-up = لم يُوصَّل شيء: رُفض الطلب لدى الخدمة.
flash-connection-refused = رفضت الخدمة توصيل الحساب: { $reason }
flash-connection-unclear = لم يُوصَّل الحساب لأن الخدمة لم تُجب كما ينبغي: { $reason }
flash-users-saved = { $count ->
    [zero] تم الحفظ: لا يستخدم { $name } أحد.
    [one] تم الحفظ: يستخدم { $name } عضو واحد.
    [two] تم الحفظ: يستخدم { $name } عضوان.
    [few] تم الحفظ: يستخدم { $name } { $count } أعضاء.
    [many] تم الحفظ: يستخدم { $name } { $count } عضوًا.
   *[other] تم الحفظ: يستخدم { $name } { $count } عضو.
}
flash-users-unchanged = لم يتغيّر شيء.
flash-users-rule-saved = حُفظت القاعدة. تسري من الآن فصاعدًا.
flash-published = نُشرت { $name } { $version }.
flash-trusted = تُقبل حزم { $name } من الآن.
flash-key-revoked = أُلغي المفتاح.
flash-version-status = غُيّر وضع { $addon } { $version }.
flash-report-ordered = ستُفحص الحزمة بعد لحظات.

lifecycle-error-already-installed = الإضافة مثبّتة بالفعل.
lifecycle-error-consent-needed = تطلب شيئًا لم تتم الموافقة عليه.
lifecycle-error-not-allowed = لا يمكن ذلك في وضعها الحالي.
lifecycle-error-conflict = غيّرها شخص آخر للتو. راجعها مرة أخرى.
lifecycle-error-version-yanked = سحب الناشر هذا الإصدار.
lifecycle-error-version-blocked = حُظر هذا الإصدار.
lifecycle-error-not-newer = هذا الإصدار ليس أحدث من المثبّت.
lifecycle-error-no-previous-version = لا يوجد إصدار أقدم للعودة إليه.
lifecycle-error-pinned = الإضافة مقيّدة ولا تقبل إلا إصلاحات خطها. ارفع التقييد أولًا.
error-code-not-failed = هذه الرسالة ليست من التي فشل إرسالها.
error-code-not-unclear = لا شكّ في وصول هذه الرسالة أو عدمه.
lifecycle-error-installer-stays = من ثبّت الإضافة يحتفظ بها.
lifecycle-error-whole-desk = تعمل هذه الإضافة لمكتب المساعدة كله.
intake-told = { $text } { $code }: { $detail }.
error-code-not-a-user = أنت لا تستخدم هذه الإضافة. اطلب ممن يدير الإضافات أن يمنحك إياها.

## What is wrong with a field of an add-on
field-error-required = أدخل قيمة.
field-error-too-long = هذا طويل جدًا.
field-error-too-short = هذا قصير جدًا.
field-error-pattern = ليس لهذا الشكل المتوقع.
field-error-control-character = أزِل فواصل الأسطر وأحرف التحكم.
field-error-not-a-number = أدخل رقمًا مثل 10 أو 2.5.
field-error-too-low = هذا الرقم صغير جدًا.
field-error-too-high = هذا الرقم كبير جدًا.
field-error-step = يقع هذا الرقم بين الخطوات المسموح بها.
field-error-not-a-flag = اختر التشغيل أو الإيقاف.
field-error-not-a-choice = اختر إحدى القيم المذكورة.
field-error-not-a-date = أدخل تاريخًا أو وقتًا بالشكل الذي يعرضه الحقل.
field-error-too-early = هذا مبكر جدًا.
field-error-too-late = هذا متأخر جدًا.
field-error-not-an-email = أدخل عنوان بريد إلكتروني مثل name@example.com.
field-error-not-a-url = أدخل عنوانًا يبدأ بـ https://.
field-error-not-a-phone-number = استخدم الأرقام والمسافات و+ - ( ) / فقط.
field-error-not-a-subdomain = أدخل الجزء الأول فقط من اسم المضيف: أحرف لاتينية وأرقام و-.
field-error-not-a-host = أدخل الاسم الكامل للخادم، مثل mail.example.com.
field-error-enter-again = أدخل هذا من جديد: سيُستخدم الآن لدى خادم آخر.
field-error-not-a-port = أدخل عددًا صحيحًا من 1 إلى 65535.
field-error-unknown = ليس في هذا النموذج حقل كهذا. أعد تحميله.
field-error-not-granted = لم يُسمح للإضافة بإرسال طلبات إلى هذا العنوان. امنحها الإذن أولًا.
field-error-does-not-exist = هذا غير موجود هناك. تحقّق من الكتابة.
field-error-not-reachable = لا أحد يجيب هناك. تحقّق من الكتابة أو حاول لاحقًا.
field-error-key-refused = رفضت الخدمة هذا المفتاح. تأكد من أنه كامل وصالح ومسموح له بقراءة ما تحتاجه الإضافة.
field-error-mail-unreachable = تعذّر الوصول إلى هذا الخادم. تحقق من كتابته أو حاول لاحقًا.
field-error-mail-tls = لا يمكن تشفير الاتصال بهذا الخادم. تحقق من الاسم والمنفذ والتشفير.
field-error-mail-login = رفض الخادم تسجيل الدخول. تحقق من اسم المستخدم وكلمة المرور؛ يطلب كثير من المزوّدين كلمة مرور للتطبيقات.
field-error-mail-folder = لا يوجد مجلد كهذا في صندوق البريد.
field-error-mail-lost = فشل الاتصال بهذا الخادم. تحقق من المنفذ والتشفير أو حاول لاحقًا.
field-error-wrong-type = هذه ليست قيمة لهذا الحقل.
field-error-repeated = أُرسل هذا الحقل مرتين.
field-error-disabled = لا يمكن تغيير هذا الحقل.
field-error-file-gone = لم يعد هذا الملف موجودًا. اختره مرة أخرى.
field-error-file-too-large = أحد الملفات أكبر مما يقبله هذا الحقل.
field-error-file-type = نوع أحد الملفات غير مناسب هنا.
field-error-too-many = اختر عددًا أقل.
field-error-not-a-text = لا يمكن إدخال هذا هنا.

## Panels in the ticket sidebar
panel-to-ticket = التذكرة #{ $number }
panel-to-contact = جهة الاتصال
panel-to-manage = الإضافة
panel-back = رجوع
panel-more = المزيد
panel-retry = إعادة المحاولة
panel-reload = إعادة التحميل
panel-loading = جارٍ التحميل
panel-load = تحميل
panel-no-files = لا يمكن إضافة ملفات هنا.
panel-nothing = لا شيء لعرضه.
panel-actions = الإجراءات
panel-previous = السابق
panel-next = التالي
panel-total = { $count ->
    [zero] لا شيء
    [one] واحد في المجموع
    [two] اثنان في المجموع
    [few] { $count } في المجموع
    [many] { $count } في المجموع
   *[other] { $count } في المجموع
}
panel-percent = { $value } %
panel-optional = (اختياري)
panel-choose = اختر…
panel-find = بحث
panel-lookup = البحث عن { $what }
panel-lookup-placeholder = بحث…
panel-copy = نسخ { $what }
panel-inserted = أُدرج في الرد
panel-opens-new = (يُفتح في علامة تبويب جديدة)
panel-step-todo = لم يبدأ بعد
panel-step-current = الآن
panel-step-done = تم
panel-step-failed = فشل
panel-money = { $whole }.{ $fraction } { $currency }
panel-money-whole = { $whole } { $currency }
panel-ask-admin = اطلب من المسؤول أن يراجع هذه الإضافة.
panel-open-settings = فتح الإعدادات
panel-open-health = فتح هذه الإضافة
panel-open-logs = فتح السجلات
panel-needs-config = تحتاج هذه الإضافة إلى إعدادات
panel-needs-auth = رفض النظام الآخر بيانات الدخول
panel-upstream = لا يستجيب النظام الآخر كما ينبغي
panel-upstream-hint = عادةً ما يزول هذا. حاول مرة أخرى بعد لحظات.
panel-denied = ينقص أحد الأذونات
panel-internal = أبلغت الإضافة عن خلل
panel-not-running = هذه الإضافة لا تعمل
panel-installing = ما زال تثبيت هذه الإضافة جاريًا
panel-suspended = عُلّقت هذه الإضافة بعد أعطال متكررة
panel-blocked = حُظر هذا الإصدار من الإضافة
panel-blocked-hint = يمكن للمسؤول تحديثها أو إزالتها.
panel-stale = هذه اللوحة قديمة
panel-stale-hint = تغيّرت أو بقيت مفتوحة طويلًا. أعد تحميلها.
panel-refused = رُفض هذا
panel-refused-hint = ينقص الطلب شيء يحتاج إليه.
panel-not-permitted = لا تملك صلاحية هذا الإجراء
panel-not-permitted-hint = لا تفعل الإضافة نيابةً عنك إلا ما يُسمح لك به. اطلب الصلاحية من أحد المشرفين.
panel-not-permitted-tickets-view = لا يُسمح لك بعرض التذاكر.
panel-not-permitted-tickets-reply = يُسمح لك بعرض التذاكر، لا بالكتابة فيها.
panel-not-permitted-tickets-manage = يُسمح لك بعرض التذاكر، لا بتغييرها.
panel-not-permitted-contacts-manage = يُسمح لك بعرض جهات الاتصال، لا بتغييرها.
panel-deadline = استغرقت هذه الإضافة وقتًا طويلًا
panel-memory = احتاجت هذه الإضافة إلى ذاكرة كثيرة
panel-failed = تعطّلت هذه الإضافة
panel-busy = هذه الإضافة مشغولة الآن
panel-busy-hint = هناك طلبات كثيرة في الانتظار. أعد المحاولة بعد لحظات.
panel-unavailable = لا يمكن تشغيل هذه الإضافة الآن

## ربط قناة

channel-open = الربط والاختبار
channel-open-hint = العنوان الذي تسلّم إليه الخدمة، وحالة القناة.
channel-title = ربط { $name }
channel-intro = تصل الرسائل إلى هنا بعد أن تسلّمها الخدمة إلى هذا العنوان.
channel-address = عنوان Webhook
channel-address-hint = يبقى كما هو عند تحديث الإضافة أو إزالتها وتثبيتها من جديد.
channel-address-local = هذا ليس عنوان https. معظم الخدمات تسلّم إلى عناوين https العامة فقط.
channel-connect = إعداد تلقائي
channel-connect-hint = «إعداد تلقائي» يبلّغ الخدمة بهذا العنوان وبالسرّ. «اختبار» يسأل الخدمة كيف ترى الاتصال.
channel-test = اختبار
channel-missing = ما زال ينقص في الإعدادات: { $labels }
channel-settings = فتح الإعدادات
channel-steps = خطوة بخطوة
channel-secret = السرّ
channel-secret-set = السرّ محفوظ. تُرفض عمليات التسليم التي لا تُظهره.
channel-secret-unset = لا يوجد سرّ محفوظ، لذا تُرفض كل عملية تسليم.
channel-secret-made = انسخ السرّ الجديد الآن وأدخله لدى الخدمة. لن يُعرض مرة أخرى.
channel-secret-make = إنشاء سرّ جديد
channel-secret-make-hint = يتوقف السرّ القديم عن العمل فورًا: تحتاج الخدمة إلى السرّ الجديد.
channel-done-connect = تسلّم الخدمة الآن إلى هذا العنوان
channel-done-test = أجابت الخدمة
channel-failed = لم ينجح ذلك
channel-problem-needs-setting = أدخل «{ $label }» في الإعدادات أولًا.
channel-problem-not-granted = لم يُسمح لهذه الإضافة عند التثبيت بالوصول إلى { $host }.
channel-problem-unreachable = تعذّر الوصول إلى الخدمة: { $reason }
channel-problem-refused = رفضت الخدمة: { $reason }
channel-state = حالة القناة
channel-state-connected = آخر اتصال بصندوق البريد
channel-state-received = آخر تسليم وصل
channel-state-refused = آخر تسليم رُفض
channel-state-sent = آخر رد أُرسل
channel-state-never = لا شيء بعد
channel-outcome-ok = سليم
channel-outcome-wrong-secret = السرّ ناقص أو غير صحيح
channel-outcome-refused = لم تقبله الإضافة
channel-outcome-later = ستُعاد المحاولة
channel-outcome-failed = لم يُرسل
channel-outcome-unclear = قد لا يكون وصل
channel-outcome-no-mailbox = تعذّر فتح صندوق البريد
channel-outcome-error = أخفقت الإضافة

invited-title = الوصول إلى إضافة
invited-text = يعرض { $publisher } الإضافة { $addon } على مكتب المساعدة لديك عبر هذا الرابط.
invited-hint = إذا تابعت، ستظهر الإضافة في متجرك. لن يُثبَّت شيء أو يُدفع بعد.
invited-go-on = المتابعة بالإصدار { $version }
error-code-version-not-offered = هذا الإصدار غير معروض على مكتب المساعدة لديك. قد تجد إصدارًا آخر في المتجر.
error-code-version-yanked = سحب الناشر هذا الإصدار. قد تجد إصدارًا آخر في المتجر.
error-code-version-blocked = حظرت المنصة هذا الإصدار. لا يمكن تثبيته.
error-code-link-expired = انتهت صلاحية هذا الرابط. اطلب من ناشر الإضافة رابطًا جديدًا.
error-code-link-revoked = ألغى ناشر الإضافة هذا الرابط. اطلب منه رابطًا جديدًا.
error-code-link-used-up = استخدم هذا الرابط العدد المسموح به من مكاتب المساعدة. اطلب من ناشر الإضافة رابطًا جديدًا.
error-code-link-foreign = لا ينتمي هذا الرابط إلى هذه الإضافة. تحقق من أنك نسخته كاملًا.

listing-highlights = أبرز المزايا
listing-pictures = صور
listing-picture = الصورة { $number } من { $addon }
listing-compare = مقارنة الخطط
listing-compare-price = السعر
listing-compare-all = { $count ->
    [zero] لجميع من يعملون هنا
    [one] للشخص الوحيد الذي يعمل هنا
    [two] للشخصين اللذين يعملان هنا
    [few] لجميع من يعملون هنا، وهم { $count } أشخاص
    [many] لجميع من يعملون هنا، وهم { $count } شخصًا
   *[other] لجميع من يعملون هنا، وهم { $count } شخص
}
listing-compare-billing = الفوترة
listing-compare-trial = تجربة مجانية
listing-compare-no-trial = لا توجد
listing-compare-for = تناسب
fact-installs = مرات التثبيت
fact-installs-at-least = { $count ->
    [zero] لا مكتب مساعدة
    [one] مكتب مساعدة واحد على الأقل
    [two] مكتبا مساعدة على الأقل
    [few] { $count } مكاتب مساعدة على الأقل
    [many] { $count } مكتب مساعدة على الأقل
   *[other] { $count } مكتب مساعدة على الأقل
}
fact-installs-short = أكثر من { $count } عملية تثبيت
fact-works-with = تعمل مع
fact-video = فيديو
fact-video-link = مشاهدة الفيديو
marketplace-sort = الترتيب حسب
marketplace-sort-relevance = الصلة
marketplace-sort-newest = الجديد
marketplace-sort-installs = الأكثر تثبيتًا
marketplace-sort-name = الاسم
publisher-site = الموقع الإلكتروني

# A form that an add-on asks strangers to fill in.
public-form-optional = اختياري
public-form-choose = اختر
public-form-send = إرسال
public-form-sending = جارٍ الإرسال
public-form-wait = دون سكربت يمكن إرسال هذا النموذج بعد { $seconds } ثانية من فتحه.
public-form-early = { $seconds ->
    [zero] كان ذلك سريعًا. أرسله مجددًا.
    [one] كان ذلك سريعًا. انتظر ثانية واحدة ثم أرسله مجددًا.
    [two] كان ذلك سريعًا. انتظر ثانيتين ثم أرسله مجددًا.
    [few] كان ذلك سريعًا. انتظر { $seconds } ثوانٍ ثم أرسله مجددًا.
    [many] كان ذلك سريعًا. انتظر { $seconds } ثانية ثم أرسله مجددًا.
   *[other] كان ذلك سريعًا. انتظر { $seconds } ثانية ثم أرسله مجددًا.
}
public-form-old = أُرسلت هذه الصفحة من قبل أو بقيت مفتوحة طويلًا. لم يُفقد شيء: أرسلها مرة أخرى.
public-form-failed = تعذّر الإرسال. لم يُفقد شيء: حاول مجددًا بعد قليل.
public-form-wrong = هناك ما ينقص أو لا يصح. راجع الحقول المعلّمة.
public-form-missing = املأ هذا الحقل.
public-form-long = استخدم { $most } حرفًا على الأكثر.
public-form-email = أدخل عنوانًا مثل name@example.com.
public-form-choice = اختر واحدًا من هذه.
public-form-thanks = شكرًا لك. أُرسلت رسالتك.
public-form-again = إرسال رسالة أخرى
