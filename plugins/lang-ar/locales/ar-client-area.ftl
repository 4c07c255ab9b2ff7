### منطقة العملاء: حيث تُدفع فواتير الحساب وتُحفظ بطاقاته. وتسجيل دخول مكتب المساعدة إليها.

client-area-title = منطقة العملاء
client-nav-label = منطقة العملاء
client-nav-overview = نظرة عامة
client-nav-invoices = الفواتير
client-nav-methods = وسائل الدفع
client-nav-password = كلمة المرور
client-nav-details = بيانات الفوترة

## Signing in and out
client-sign-in-title = تسجيل الدخول إلى منطقة العملاء
client-sign-in-intro = بحساب الفوترة. وهو ليس الحساب الذي ترد به على التذاكر.
client-sign-in-failed = عنوان البريد أو كلمة المرور غير صحيحة.
client-sign-in-hint = يُنشأ حساب الفوترة من لوحة مكتب المساعدة: اضغط هناك على «تسجيل الدخول» في صفحة الفوترة. نسيت كلمة المرور؟ يمكن لمن يشغّل هذا الخادم تعيين كلمة مرور جديدة.
client-sign-in-register = إنشاء حساب فوترة بدلًا من ذلك
client-sign-out-done = سُجِّل خروجك من منطقة العملاء.

## Making an account
client-register-title = إنشاء حساب فوترة
client-register-intro = سيملك ترخيص { $desk }: ما يشتريه مكتب المساعدة هذا يُحتسب عليه.
client-register-name = الاسم
client-register-name-hint = اسم شركتك أو اسمك كما يظهر على الفواتير.
client-register-email-hint = تُرسل الفواتير الشهرية إلى هنا؛ أما ما يُشترى فيُبلَّغ به من اشتراه.
client-register-submit = إنشاء الحساب
client-register-sign-in = لدي حساب فوترة من قبل
client-email-malformed = أدخل عنوان بريد مثل billing@example.com.
client-email-taken = هناك حساب بهذا العنوان من قبل. سجّل الدخول به.
error-code-claim-expired = يُنشأ حساب الفوترة من لوحة مكتب المساعدة خلال 15 دقيقة. اضغط هناك على «تسجيل الدخول» من جديد.
error-code-unknown-client = لا تعرف منطقة العملاء من يطلب هذا الدخول.
error-code-unknown-redirect = كان هذا الدخول سيقود إلى عنوان ليس لمكتب المساعدة هذا. فأُوقف.
error-code-billing-unavailable = لا يمكن الوصول إلى شركة الدفع الآن. لم يُفقد شيء: حاول من جديد بعد دقائق.
error-code-gateway-gone = بدأ هذا لدى شركة دفع لم يعد هذا المضيف مهيأً لها. ينتظر حتى تُهيأ من جديد. اسأل من يدير هذا المضيف.
error-code-gateway-refused = رفضت شركة الدفع ذلك. جرّب بطاقة أخرى، أو اسأل من يدير هذا الخادم.
error-code-gateway-confused = إجابة شركة الدفع غير متسقة. لم يتغير شيء؛ ويجب أن ينظر فيها أحد.

## Letting a help desk log in
client-authorize-title = تسجيل دخول مكتب المساعدة
client-authorize-text = سيتمكن مكتب المساعدة من شراء الإضافات على هذا الحساب إلى أن يسجّل أحد خروجه. وهو يرى اسمك وعنوان بريدك وآخر أربعة أرقام من البطاقات.
client-authorize-takes = لا أحد يملك ترخيص { $desk } بعد. إن تابعت فسيملكه هذا الحساب، وما يشتريه { $desk } يُحتسب عليه.
client-authorize-holds = يملك هذا الحساب ترخيص:
client-authorize-holds-none = لا يملك هذا الحساب ترخيص أي مكتب مساعدة. لا يقبل مكتب المساعدة إلا الحساب الذي يملك ترخيصه.
client-authorize-submit = المتابعة بهذا الحساب
client-authorize-other = استخدام حساب آخر

## Overview
client-overview-title = نظرة عامة
client-overview-table = ما يدفعه { $desk }
client-overview-due = المطلوب دفعه
client-overview-licence = الترخيص المملوك
client-overview-credit = الرصيد
client-overview-no-credit = لا يوجد
client-credit-open = الرصيد
client-credit-title = رصيد { $desk }
client-credit-once = شحن الرصيد
client-credit-amount = المبلغ بعملة { $currency }
client-credit-range = بين { $least } و{ $most }.
client-credit-submit = اشحن
client-credit-done = أُضيف { $amount } إلى الرصيد.
client-credit-declined = رُفضت بطاقتك. لم يُخصم شيء.
client-credit-sent-before = أُرسل هذا النموذج من قبل بمبلغ مختلف. لم يُخصم شيء إضافي.
client-credit-automatic = الشحن التلقائي
client-credit-is-on = يُضاف { $amount } كلما انخفض الرصيد عن { $threshold }.
client-credit-is-off = متوقف. لا يُشحن الرصيد إلا عندما تفعل ذلك بنفسك.
client-credit-threshold = عندما ينخفض الرصيد عن، بعملة { $currency }
client-credit-switch-on = شغّل
client-credit-switch-off = أوقف
client-credit-on = الشحن التلقائي يعمل الآن.
client-credit-off = الشحن التلقائي متوقف الآن.
client-credit-automatic-text = يُخصم من وسيلة الدفع الافتراضية مرة واحدة في اليوم على الأكثر. إذا رُفض الدفع تصلك رسالة بريد ويتوقف الشحن التلقائي.
client-credit-history = السجل
client-credit-empty = لم يُضف شيء ولم يُستخدم شيء بعد.
client-credit-topped-up = شحن
client-credit-refund = إعادة مبلغ
client-credit-invoice = استُخدم لفاتورة
client-credit-given = رصيد: { $note }
client-overview-next = الفاتورة الشهرية التالية
client-overview-nothing = لا شيء مدفوع
client-overview-nothing-text = ستُذكر هنا الإضافات المدفوعة والتجارب لمكتب المساعدة هذا.
client-overview-empty = لا مكتب مساعدة بعد
client-overview-empty-text = لا يملك هذا الحساب ترخيص أي مكتب مساعدة.
client-column-addon = الإضافة
client-column-plan = الخطة
client-column-quantity = الكمية
client-column-state = الحالة
client-column-until = مدفوعة حتى
client-subscription-trialing = تجربة
client-subscription-active = نشطة
client-subscription-past-due = دفعة مستحقة
client-subscription-ended = منتهية
client-subscription-trial-until = تجربة حتى { $day }
client-subscription-renews = تتجدد في { $day }
client-subscription-once = مرة واحدة وللأبد

## Invoices
client-invoices-title = الفواتير
client-invoices-empty = لا فواتير بعد
client-invoices-empty-text = لكل شراء ولكل شهر فاتورة هنا.
client-invoices-pages = صفحات الفواتير
client-statement = كشف الحساب
client-invoice-title = الفاتورة { $number }
client-invoice-about = عن هذه الفاتورة
client-invoice-period = الفترة
client-invoice-paid-on = دُفعت في
client-invoice-lines = البنود
client-invoice-once = مرة واحدة
client-invoice-reduced = أيام لم تُستخدم
client-invoice-credit = دُفع من الرصيد
client-invoice-to-pay = بالبطاقة
client-invoice-open = قيد الخصم
client-invoice-due = مستحقة
client-invoice-paid = مدفوعة
client-invoice-void = لاغية
client-invoice-declined = لم تنجح الدفعة الأخيرة: { $text }
client-column-number = الفاتورة
client-column-desk = مكتب المساعدة
client-column-made = التاريخ
client-column-total = المجموع
client-column-what = عن
client-column-unit = سعر الواحد
client-column-amount = المبلغ

## Paying by hand
client-pay = دفع
client-pay-title = المطلوب دفعه { $amount }
client-pay-card = الدفع بواسطة
client-pay-submit = دفع { $amount }
client-pay-done = دُفعت الفاتورة { $number }. شكرًا لك.
client-pay-declined = رُفضت البطاقة. لم يُخصم شيء: جرّب بطاقة أخرى.
client-pay-no-card = أضف بطاقة أولًا.
client-pay-action = تنتظر الدفعة أن تؤكدها لدى مصرفك.
client-pay-confirm = تأكيد الدفعة
client-pay-unconfirmed = لم تُؤكَّد الدفعة بعد.

## Cards
client-methods-title = وسائل الدفع
client-methods-intro = تُضاف البطاقات في صفحة شركة الدفع: ولا يرى هذا الخادم أرقامها أبدًا.
client-methods-add = إضافة بطاقة
client-methods-added = أُضيفت البطاقة.
client-methods-unchanged = لم تُضف أي بطاقة.
client-methods-empty = لا بطاقة بعد
client-methods-empty-text = تُخصم المشتريات والفواتير الشهرية من بطاقة. أضف واحدة.
client-methods-default = يُخصم منها عادةً
client-methods-make-default = الخصم من هذه
client-methods-default-done = يُخصم من هذه البطاقة من الآن.
client-methods-expires = تنتهي في { $date }
client-methods-remove = إزالة
client-methods-remove-title = إزالة { $card }؟
client-methods-remove-text = لن يُخصم منها بعد الآن. ومن دون بطاقة تنتظر الفواتير حتى تُدفع يدويًا.
client-methods-removed = أُزيلت البطاقة.

## Password
client-password-title = كلمة المرور
client-password-text = تبقى مسجّل الدخول هنا. ويُسجَّل خروجك في كل مكان آخر.
client-password-done = تغيّرت كلمة مرورك.
client-details-title = بيانات الفوترة
client-details-address = العنوان
client-details-tax-id = الرقم الضريبي
client-details-text = تُذكر في الفواتير الجديدة هذا العنوان والرقم الضريبي، وتبقى الفواتير السابقة كما هي.
client-details-done = حُفظت بيانات الفوترة.

## Leaving for another host
client-leave-title = إلى { $host }
client-leave-text = يستغرق هذا ثانية. إن لم يحدث شيء فاستخدم الزر.
client-leave-go = الذهاب إلى { $host }

## The test gateway
test-gateway-mark = بوابة اختبار: لا تتحرك أي أموال. لا تُدخل بطاقة حقيقية أبدًا.
test-gateway-set-up-title = إضافة بطاقة اختبار
test-gateway-cards = اختر بطاقة اختبار
test-gateway-pays = تدفع.
test-gateway-declines = تُرفض.
test-gateway-no-money = يمكن إضافتها، ثم لا مال فيها.
test-gateway-asks = تطلب تأكيد كل دفعة (3-D Secure).
test-gateway-times-out = تدفع، لكن الإجابة تضيع.
test-gateway-month = شهر الانتهاء
test-gateway-year = سنة الانتهاء
test-gateway-add = إضافة هذه البطاقة
test-gateway-not-a-test-card = اختر إحدى بطاقات الاختبار.
test-gateway-expired = انتهت صلاحية هذه البطاقة.
test-gateway-used = استُخدمت هذه الصفحة من قبل. ارجع وابدأ من جديد.
test-gateway-confirm-title = تأكيد الدفعة
test-gateway-approve = تأكيد
test-gateway-refuse = رفض
test-gateway-answered = لم تعد هذه الدفعة تنتظر شيئًا.
test-gateway-back = رجوع

## Logging a help desk in
billing-login-title = تسجيل الدخول إلى الفوترة
billing-login-text = تذهب إلى منطقة العملاء، وتسجّل الدخول بحساب الفوترة الذي يملك ترخيص مكتب المساعدة هذا، ثم تعود. ويسري الدخول على مكتب المساعدة كله إلى أن يسجّل أحد الخروج.
billing-login-elsewhere = يستخدم هذا الخادم نظام الفوترة على { $host }.
billing-login-submit = تسجيل الدخول
billing-login-already = سُجِّل دخول مكتب المساعدة هذا إلى الفوترة من قبل. سجّل الخروج أولًا لاستخدام حساب آخر.
billing-login-done = سُجِّل الدخول إلى الفوترة باسم { $email }.
billing-login-wrong = لا يملك { $email } ترخيص مكتب المساعدة هذا.
billing-logout-done = سُجِّل خروج مكتب المساعدة هذا من الفوترة.
billing-login-refused = لم يُسجَّل الدخول إلى الفوترة
billing-login-refused-text = لم يتغير شيء. يمكنك المحاولة من جديد.
billing-login-again = المحاولة من جديد
billing-login-back = العودة إلى الفوترة
billing-login-error-state = بدأ هذا الدخول في نافذة أو جلسة أخرى، أو استُخدم من قبل، أو استغرق وقتًا طويلًا.
billing-login-error-given-up = تُرك تسجيل الدخول في منطقة العملاء.
billing-login-error-by-issuer = رفض نظام الفوترة تسجيل الدخول.
billing-login-error-issuer = جاءت الإجابة من نظام فوترة غير الذي يستخدمه هذا الخادم. فلم تُقبل.
billing-login-error-code = لم يقبل نظام الفوترة رمز الدخول: استُخدم من قبل، أو استغرق وقتًا طويلًا.
billing-login-error-token = تعذّر التحقق مما قاله نظام الفوترة عن الحساب. فلم يُقبل.
billing-login-error-unreachable = لا يمكن الوصول إلى نظام الفوترة الآن. تستمر الإضافات في العمل؛ حاول من جديد بعد دقائق.
