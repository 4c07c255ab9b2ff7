### ما تكلّفه الأشياء: الخطط والتراخيص والفواتير والدفع والتجارب في اللوحة. ومجموعات الفريق.

nav-billing = الفوترة
nav-groups = المجموعات

## Prices
price-per-user = { $price } لكل مستخدم في الشهر
price-per-seat = { $price } لكل مقعد في الشهر
price-flat = { $price } في الشهر
price-one-time = { $price } مرة واحدة
price-from-per-user = ابتداءً من { $price } لكل مستخدم في الشهر
price-from-per-seat = ابتداءً من { $price } لكل مقعد في الشهر
price-from-flat = ابتداءً من { $price } في الشهر
price-from-one-time = ابتداءً من { $price } مرة واحدة
# After the price of one seat: what today’s seats cost.
price-seats-today = { $count ->
    [zero] لا مقاعد اليوم: { $amount } في الشهر
    [one] مقعد واحد اليوم: { $amount } في الشهر
    [two] مقعدان اليوم: { $amount } في الشهر
    [few] { $count } مقاعد اليوم: { $amount } في الشهر
    [many] { $count } مقعدًا اليوم: { $amount } في الشهر
   *[other] { $count } مقعد اليوم: { $amount } في الشهر
}
price-trial = تجربة مجانية، الأيام: { $count }
price-trial-left = { $count ->
    [zero] لم يبقَ أي يوم من التجربة المجانية
    [one] بقي يوم واحد من التجربة المجانية
    [two] بقي يومان من التجربة المجانية
    [few] بقيت { $count } أيام من التجربة المجانية
    [many] بقي { $count } يومًا من التجربة المجانية
   *[other] بقي { $count } يوم من التجربة المجانية
}
model-per-user = تدفع عن المستخدمين الذين تختارهم.
model-per-seat = تدفع عن كل عضو نشط في فريق مكتب المساعدة، ويُحسب كل عضو مقعدًا.
model-flat = المبلغ نفسه كل شهر مهما كان عدد المستخدمين.
model-one-time = تُدفع مرة واحدة وللأبد.
model-free = لا يُحتسب أي مبلغ.

badge-payment-due = دفعة مستحقة
badge-at-bank = في انتظار مصرفك
badge-paying = الدفعة قيد التنفيذ
badge-trial-expired = انتهت التجربة
badge-cancelled = أُلغيت
badge-trial = { $count ->
    [zero] التجربة: لم يبقَ أي يوم
    [one] التجربة: بقي يوم واحد
    [two] التجربة: بقي يومان
    [few] التجربة: بقيت { $count } أيام
    [many] التجربة: بقي { $count } يومًا
   *[other] التجربة: بقي { $count } يوم
}
badge-grace = لم تُؤكَّد الفوترة

## The one next step of a listing
step-trial = ابدأ التجربة (الأيام: { $count })
step-trial-go-on = { $count ->
    [zero] تابع التجربة (لم يبقَ أي يوم)
    [one] تابع التجربة (بقي يوم واحد)
    [two] تابع التجربة (بقي يومان)
    [few] تابع التجربة (بقيت { $count } أيام)
    [many] تابع التجربة (بقي { $count } يومًا)
   *[other] تابع التجربة (بقي { $count } يوم)
}
step-purchase = شراء
step-login = تسجيل الدخول
step-begun = لقد بدأتَ من قبل: تتابع من حيث توقفت.
step-choose-plan = اختر خطة
step-pay = ادفع الفاتورة { $number }
step-trial-hint = لا يُحتسب أي مبلغ، ولا يتجدد شيء من تلقاء نفسه.
step-login-hint = ما له ثمن يُدفع عبر نظام الفوترة. سجّل الدخول إليه أولًا؛ ويسري الدخول على مكتب المساعدة كله.
step-today = { $amount } اليوم
step-renews = { $amount } في { $day }، ثم كل شهر
step-renews-from = تتجدد في { $day }
step-renews-month = تتجدد كل شهر
step-once = لا شيء يتجدد.
step-free = لا يُحتسب أي مبلغ.

## Login to the billing system
login-title = حساب الفوترة
login-none = لم يُسجَّل الدخول
login-none-hint = سجّل الدخول بالحساب الذي يملك ترخيص مكتب المساعدة هذا. الإضافات المجانية والتجارب تعمل من دونه.
login-as = سُجِّل الدخول باسم { $account }
login-since = بواسطة { $who }
login-wrong = هذا ليس حساب مكتب المساعدة هذا
login-wrong-hint = سُجِّل الدخول بالحساب { $account }، لكنه لا يملك ترخيص مكتب المساعدة هذا. التثبيت والتحديث والشراء والإلغاء تنتظر حتى يُسجَّل الدخول بالحساب الصحيح.
login-logout = تسجيل الخروج
login-logout-hint = تبقى الفواتير مستحقة، وتستمر الإضافات في العمل.

## Installing step by step
wizard-steps = الخطوات
wizard-step-plan = الخطة
wizard-step-users = المستخدمون
wizard-step-confirm = الموافقة
wizard-step-summary = الملخص
wizard-step-state-done = (تمت)
wizard-next = متابعة
wizard-back = رجوع
wizard-discard = البدء من جديد
wizard-kept = ما اخترته محفوظ: يمكنك المغادرة والمتابعة لاحقًا.
wizard-plan-title = اختر خطة
wizard-plan-none = اختر إحدى الخطط.
wizard-plan-current = خطتك الآن
wizard-plan-gone = الخطة التي اخترتها لم تعد معروضة. اختر من جديد.
wizard-users-title = من سيستخدمها؟
wizard-users-hint-per-user = يحتاج كل مستخدم نشط إلى ترخيص. يمكنك تغيير ذلك في أي وقت.
wizard-users-hint = لا يرى الآخرون لوحتها بجانب التذاكر. يمكنك تغيير ذلك في أي وقت.
wizard-users-reset = في الخطة الجديدة يُختار المستخدمون من جديد. ويبقى من ثبّت الإضافة.
wizard-users-select = اختيار أكثر من واحد دفعة واحدة
wizard-users-everyone = الجميع
wizard-users-role = الدور { $name }
wizard-users-group = المجموعة { $name }
wizard-users-add = اختيار
wizard-users-drop = إلغاء الاختيار
wizard-users-count = تحديث الملخص
wizard-users-choose = اختيار المستخدمين
wizard-rule-title = من ينضم إلى الفريق لاحقًا
wizard-rule-everyone = يحصل عليها الجميع
wizard-rule-roles = يحصل عليها من لديه أحد هذه الأدوار
wizard-rule-groups = يحصل عليها من ينضم إلى إحدى هذه المجموعات
wizard-rule-nobody = لا يحصل عليها أحد من دون اختياره
wizard-rule-licences = فقط ما دامت هناك تراخيص لا يملكها أحد.
wizard-rule-no-group = اختر مجموعة واحدة على الأقل.
summary-title = الملخص
summary-plan = الخطة
summary-users = المستخدمون
summary-licences = { $count ->
    [zero] لا تراخيص
    [one] ترخيص واحد
    [two] ترخيصان
    [few] { $count } تراخيص
    [many] { $count } ترخيصًا
   *[other] { $count } ترخيص
}
summary-seats = { $count ->
    [zero] لا أعضاء
    [one] عضو واحد
    [two] عضوان
    [few] { $count } أعضاء
    [many] { $count } عضوًا
   *[other] { $count } عضو
}
summary-today = المطلوب دفعه اليوم
summary-today-part = عن الفترة من { $from } إلى { $to }، بحساب الأيام
summary-netted = مدفوع من قبل ويُخصم
summary-credited = يُضاف إلى رصيدك
summary-carried = مبلغ أصغر من أن يُحصَّل الآن؛ يُضاف إلى فاتورتك التالية
summary-credit = يُدفع من الرصيد
summary-monthly = ثم كل شهر
summary-renews = أول مرة في
summary-trial-ends = تنتهي التجربة في
summary-trial-free = لا يُحتسب أي مبلغ أثناء التجربة ولا عند نهايتها: تتوقف الإضافة ما لم تختر خطة.
summary-whole-desk = مكتب المساعدة كله
summary-everyone = الجميع
consent-terms = بالنقرة التالية تقبل شروط { $publisher } لهذه الإضافة:
consent-terms-none = لا يذكر الناشر شروط خدمة خاصة به.
consent-start-trial = أوافق وأبدأ التجربة (الأيام: { $count })
consent-purchase = أوافق وأشتري مقابل { $amount }
price-changed-was = كان { $amount }.
plan-save = حفظ التغييرات
plan-save-for = حفظ التغييرات ودفع { $amount }

## Plans tab
tab-plans = الخطط
plans-free = هذه الإضافة مجانية
plans-free-hint = لا يوجد ما يُختار، ولا يُحتسب أي مبلغ.
plans-now = الآن
plans-change = اختر خطة
plans-change-hint = بعد ذلك تختار من يستخدم الإضافة، وترى كلفتها قبل حفظ أي شيء.
plans-no-change = هذه خطتك أصلًا.
plans-renews = تتجدد في { $day } مقابل { $amount }
plans-trial-until = تجربة حتى { $day }
plans-once = دُفعت مرة واحدة
plans-waiting = يجري الآن دفع مبلغ لهذه الإضافة. بعد انتهائه يمكنك اختيار خطة.
plans-withdraw-hint = ما طُلب لم يُدفع بعد. يمكنك سحب الطلب: تُلغى فاتورته ولا يُخصم شيء ويبقى كل شيء كما هو.
plans-withdraw = سحب الطلب
flash-withdrawn = سُحب الطلب الخاص بـ { $name }. لا يُخصم شيء.
plan-confirm-title = خطتك الجديدة
plan-confirm-credit = أيامها المدفوعة التي لم تُستخدم تتحول إلى رصيد.
plan-confirm-from = السابقة: { $plan }.
flash-plan-chosen = أصبحت { $name } على الخطة ”{ $plan }“.
flash-plan-due = لم تنجح الدفعة: بقيت { $name } كما كانت. تبدأ الخطة الجديدة عند دفع الفاتورة.

## Users tab: licences
licences-title = التراخيص
licences-purchased = المشتراة
licences-assigned = الممنوحة
licences-unassigned = غير الممنوحة
licences-next = { $count ->
    [zero] لا تراخيص ابتداءً من { $day }
    [one] ترخيص واحد ابتداءً من { $day }
    [two] ترخيصان ابتداءً من { $day }
    [few] { $count } تراخيص ابتداءً من { $day }
    [many] { $count } ترخيصًا ابتداءً من { $day }
   *[other] { $count } ترخيص ابتداءً من { $day }
}
licences-ending = { $count ->
    [zero] لن يفقد أحد الإضافة في { $day }:
    [one] هذا المستخدم آخر من حصل على الإضافة، ويفقدها في { $day }، ما لم تُبقِ على تراخيص أكثر أو تختر غيره:
    [two] هذان المستخدمان آخر من حصل على الإضافة، ويفقدانها في { $day }، ما لم تُبقِ على تراخيص أكثر أو تختر غيرهما:
    [few] هؤلاء المستخدمون ({ $count }) آخر من حصل على الإضافة، ويفقدونها في { $day }، ما لم تُبقِ على تراخيص أكثر أو تختر غيرهم:
    [many] هؤلاء المستخدمون ({ $count }) آخر من حصل على الإضافة، ويفقدونها في { $day }، ما لم تُبقِ على تراخيص أكثر أو تختر غيرهم:
   *[other] هؤلاء المستخدمون ({ $count }) آخر من حصل على الإضافة، ويفقدونها في { $day }، ما لم تُبقِ على تراخيص أكثر أو تختر غيرهم:
}
licences-per-seat = يُحسب كل عضو نشط في الفريق مقعدًا، فلا يوجد ما يُمنح. { $price }.
licences-flat = لا يتعلق السعر بمن يستخدمها.
licences-buy = شراء تراخيص
licences-reduce = تقليل التراخيص
licences-page-title = تراخيص { $name }
licences-more = كم ترخيصًا إضافيًا
licences-more-hint = تُدفع بحساب الأيام حتى { $day }، ثم مع البقية بعد ذلك.
licences-more-wrong = أدخل عددًا صحيحًا من 1 إلى { $max }.
licences-more-least = كل من اخترته يحتاج إلى ترخيص. أدخل { $count } على الأقل.
licences-show-cost = عرض الكلفة
licences-cost = الكلفة
licences-buy-now = شراء مقابل { $amount }
licences-for = { $count ->
    [zero] لا يحصل بها مستخدم آخر على الإضافة.
    [one] يحصل بها مستخدم آخر على الإضافة.
    [two] يحصل بها مستخدمان آخران على الإضافة.
    [few] يحصل بها { $count } مستخدمين آخرين على الإضافة.
    [many] يحصل بها { $count } مستخدمًا آخر على الإضافة.
   *[other] يحصل بها { $count } مستخدم آخر على الإضافة.
}
licences-fewer = كم ترخيصًا تريد إبقاءه
licences-fewer-hint = يسري من { $day }؛ ولا يُعاد أي مبلغ. وحتى ذلك اليوم يمكن منح جميع التراخيص المدفوعة.
licences-fewer-least = للإبقاء على أقل من { $count }، اسحب الإضافة من بعض المستخدمين أولًا.
licences-fewer-wrong = أدخل عددًا صحيحًا من { $min } إلى { $max }.
licences-reduce-now = تقليل ابتداءً من { $day }
licences-keep-all = إبقاء كل التراخيص
flash-licences-bought = { $count ->
    [zero] ليس لدى { $name } أي ترخيص الآن.
    [one] لدى { $name } ترخيص واحد الآن.
    [two] لدى { $name } ترخيصان الآن.
    [few] لدى { $name } { $count } تراخيص الآن.
    [many] لدى { $name } { $count } ترخيصًا الآن.
   *[other] لدى { $name } { $count } ترخيص الآن.
}
flash-licences-due = لم تنجح الدفعة. تأتي التراخيص عند دفع الفاتورة.
flash-licences-reduced = { $name }: يتغير عدد التراخيص في { $day }.
flash-payment-due = { $name }: لم تنجح الدفعة. تذكر الصفحة أي فاتورة مستحقة.
flash-licences-kept = تحتفظ { $name } بتراخيصها.

## Cancel
cancel-title = إلغاء { $name }
cancel-intro = هناك ثلاث طرق لإيقاف إضافة. اختر ما تقصده.
cancel-money = المال
cancel-data = البيانات
cancel-behaviour = السلوك
cancel-cancel = إلغاء الخطة
cancel-cancel-money = تتوقف الفوترة فورًا. لا يُعاد مبلغ الشهر الجاري، ويسقط ما بقي مفتوحًا لأي خطة.
cancel-cancel-money-trial = تنتهي التجربة، ولا يُحتسب عنها أي مبلغ أبدًا.
cancel-cancel-data = تبقى البيانات والإعدادات.
cancel-cancel-behaviour = تتوقف فورًا للجميع. لاستخدامها من جديد يلزم شراء جديد.
cancel-cancel-behaviour-trial = تتوقف فورًا للجميع. ما بقي من التجربة يمكن استخدامه حتى آخر يوم فيها.
cancel-deactivate = إيقاف
cancel-deactivate-money = تستمر الفوترة.
cancel-deactivate-money-trial = تستمر التجربة.
cancel-deactivate-data = تبقى البيانات والإعدادات والتراخيص.
cancel-deactivate-behaviour = تتوقف فورًا. يمكنك تشغيلها من جديد في أي وقت.
cancel-uninstall = إزالة
cancel-uninstall-money = تتوقف الفوترة فورًا كما عند الإلغاء.
cancel-uninstall-data = تُحذف البيانات والإعدادات نهائيًا. وترى قبل ذلك ما هي.
cancel-uninstall-behaviour = تزول تمامًا. يمكن تثبيتها من جديد.
cancel-now = إلغاء { $name } الآن
cancel-keep = الإبقاء عليها
manage-cancel = إلغاء
manage-cancel-hint = تتوقف الفوترة وتتوقف الإضافة فورًا. تبقى البيانات والإعدادات. لاستخدامها من جديد يلزم شراء جديد.
manage-cancel-hint-trial = تنتهي التجربة وتتوقف الإضافة فورًا. تبقى البيانات والإعدادات. ما بقي من التجربة يمكن استخدامه حتى آخر يوم فيها.
manage-deactivate-hint-paid = تتوقف فورًا. تبقى البيانات والإعدادات والتراخيص، وتستمر الفوترة.
manage-deactivate-hint-trial = تتوقف فورًا. تبقى البيانات والإعدادات، وتستمر التجربة.
manage-uninstall-hint-paid = تتوقف الفوترة وتتوقف الإضافة، وتُحذف بياناتها وإعداداتها نهائيًا. وترى قبل ذلك ما هي.
flash-nothing-to-cancel = لا يوجد ما يُلغى: هذه الإضافة لا تُحتسب شهريًا.
flash-changed-meanwhile = تغيّرت { $name } في هذه الأثناء. ألقِ نظرة عليها من جديد.
flash-cancelled = أُلغيت { $name }. لن يُحتسب شيء بعد الآن، وتبقى بياناتها.

## Where a payment or a trial stands
standing-due-title = الفاتورة { $number } مطلوبة الدفع: { $amount }
standing-due-install = لم تنجح الدفعة، لذلك لم تُثبَّت الإضافة بعد. يستمر التثبيت من تلقاء نفسه فور دفع الفاتورة، في أي يوم لاحق.
standing-due-plan = لم تنجح الدفعة. يبقى كل شيء كما كان؛ ويبدأ ما طلبته فور دفع الفاتورة.
standing-due-monthly = لم تُدفع الفاتورة الشهرية بعد. تستمر الإضافة في العمل حاليًا.
standing-due-monthly-days = { $count ->
    [zero] لم تُدفع الفاتورة الشهرية بعد. انتهت مهلة عمل الإضافة.
    [one] لم تُدفع الفاتورة الشهرية بعد. تستمر الإضافة في العمل يومًا واحدًا آخر.
    [two] لم تُدفع الفاتورة الشهرية بعد. تستمر الإضافة في العمل يومين آخرين.
    [few] لم تُدفع الفاتورة الشهرية بعد. تستمر الإضافة في العمل { $count } أيام أخرى.
    [many] لم تُدفع الفاتورة الشهرية بعد. تستمر الإضافة في العمل { $count } يومًا آخر.
   *[other] لم تُدفع الفاتورة الشهرية بعد. تستمر الإضافة في العمل { $count } يوم آخر.
}
standing-due-stopped = لم تُدفع الفاتورة الشهرية في وقتها، لذلك أُوقفت الإضافة. تعود إلى العمل فور دفع الفاتورة؛ والبيانات والإعدادات محفوظة.
standing-confirm = تأكيد الدفعة لدى مصرفك
standing-grace-title = تعذّر تأكيد الفوترة
standing-grace = لم يُجب نظام الفوترة منذ فترة. تستمر الإضافة في العمل، ولا يلزم فعل شيء هنا.
standing-trial-title = { $count ->
    [zero] لم يبقَ أي يوم من التجربة
    [one] بقي يوم واحد من التجربة
    [two] بقي يومان من التجربة
    [few] بقيت { $count } أيام من التجربة
    [many] بقي { $count } يومًا من التجربة
   *[other] بقي { $count } يوم من التجربة
}
standing-trial = تنتهي في { $day }. لا يُحتسب حينها أي مبلغ: تتوقف الإضافة حتى تختار خطة، وتبقى بياناتها.
standing-expired-title = انتهت التجربة
standing-expired = اختر خطة للمتابعة مع كل البيانات والإعدادات، أو أزِل الإضافة.
standing-cancelled-title = أُلغيت
standing-cancelled = لا يُحتسب أي مبلغ، والإضافة لا تعمل. البيانات والإعدادات محفوظة. اختر خطة لاستخدامها من جديد.
standing-working-title = الدفعة قيد التنفيذ
standing-working = تعرض هذه الصفحة ما آلت إليه.

## دفعة يريد المصرف تأكيدها
payment-title = الدفع مقابل { $name }
payment-waits = في انتظار مصرفك
payment-waits-text = يريد مصرفك أن تؤكد دفع { $amount }. لن يُخصم شيء قبل ذلك.
payment-then-install = يستمر التثبيت تلقائيًا فور الدفع.
payment-then-plan = تبدأ الخطة الجديدة تلقائيًا فور الدفع. وحتى ذلك الحين يبقى كل شيء كما هو.
payment-then-licences = تُضاف التراخيص تلقائيًا فور الدفع.
payment-processing = ما زالت شركة الدفع تعالجها، وقد يستغرق ذلك بضع دقائق.
payment-look = التحقق مرة أخرى
payment-other-card = الدفع ببطاقة أخرى
payment-progress = عرض التقدم
payment-refused = لم يؤكد مصرفك الدفعة
payment-failed = لم تنجح الدفعة
payment-card-gone = لم تعد البطاقة التي اخترتها متاحة
payment-credit-gone = لم يعد رصيدك يكفي لهذه الدفعة
payment-failed-text = لم يُخصم شيء، وما زال طلبك قائمًا.
payment-again = المحاولة مرة أخرى
payment-choose-card = اختيار بطاقة
payment-later = ليس الآن

## Billing page
billing-title = الفوترة
billing-intro = ما يدفعه مكتب المساعدة هذا عن إضافاته: فاتورة واحدة في الشهر.
billing-summary = الشهر القادم
billing-next = الفاتورة التالية في { $day }
billing-next-none = لا فاتورة قادمة: لا يُستخدم شيء يتجدد.
billing-no-amount = لا شيء
billing-addons = الإضافات
billing-addon = الإضافة
billing-plan = الخطة
billing-price = السعر
billing-renewal = التجديد
billing-purchased = المشتراة
billing-assigned = الممنوحة
billing-unassigned = غير الممنوحة
billing-addons-empty = لا شيء مدفوع
billing-addons-empty-hint = تظهر هنا الإضافات المدفوعة والتجارب مع خططها وتراخيصها.
billing-invoices = الفواتير
billing-invoices-empty = لا فواتير بعد
billing-invoices-empty-hint = لكل شراء ولكل شهر فاتورة.
billing-number = الرقم
billing-date = التاريخ
billing-for = عن
billing-amount = المبلغ
billing-state = الحالة
billing-more = فواتير أقدم
billing-due-one = { $count ->
    [zero] لا فواتير مطلوبة الدفع
    [one] فاتورة واحدة مطلوبة الدفع
    [two] فاتورتان مطلوبتا الدفع
    [few] { $count } فواتير مطلوبة الدفع
    [many] { $count } فاتورة مطلوبة الدفع
   *[other] { $count } فاتورة مطلوبة الدفع
}
billing-due-hint = افتحها لتدفعها، أو لترى سبب عدم نجاح الدفعة.
billing-missed = { $count ->
    [zero] لم تصدر { $count } فاتورة شهرية
    [one] لم تصدر فاتورة شهرية واحدة
    [two] لم تصدر فاتورتان شهريتان
    [few] لم تصدر { $count } فواتير شهرية
    [many] لم تصدر { $count } فاتورة شهرية
   *[other] لم تصدر { $count } فاتورة شهرية
}
billing-missed-hint = كان مكتب المساعدة متوقفًا مدة من الزمن. مجموعها { $amount }. لن يُحصَّل شيء حتى توافق؛ وتستمر إضافاتك في العمل حتى { $day }.
billing-missed-confirm = حصّلها الآن
flash-missed-months = شكرًا. يجري تحصيل الفواتير الفائتة.
flash-missed-months-none = لا توجد فواتير فائتة لتأكيدها.
flash-missed-months-changed = تغيّر ما سيُحصَّل منذ تحميل الصفحة. لم يُحصَّل شيء. راجعه من جديد، ثم وافق.
billing-for-month = من { $from } إلى { $to }
invoice-line-charge = { $name }
invoice-line-unused = { $name }: أيام غير مستخدمة
invoice-line-covered = { $name }: أيام مدفوعة من قبل
invoice-line-carried = مُرحَّل من فواتير سابقة
invoice-line-credit = رصيد
invoice-about-licences = { $count ->
    [zero] { $name } (بلا تراخيص)
    [one] { $name } (ترخيص واحد)
    [two] { $name } (ترخيصان)
    [few] { $name } ({ $count } تراخيص)
    [many] { $name } ({ $count } ترخيصًا)
   *[other] { $name } ({ $count } ترخيص)
}
invoice-about-seats = { $count ->
    [zero] { $name } (بلا مقاعد)
    [one] { $name } (مقعد واحد)
    [two] { $name } (مقعدان)
    [few] { $name } ({ $count } مقاعد)
    [many] { $name } ({ $count } مقعدًا)
   *[other] { $name } ({ $count } مقعد)
}
invoice-about-more = { $first } و{ $count } غيرها
billing-method = وسيلة الدفع
billing-method-none = لا بطاقة بعد
billing-method-none-hint = تُضاف البطاقات في صفحة شركة الدفع؛ ولا يرى هذا الخادم أرقامها أبدًا.
billing-method-card = { $brand } المنتهية بالأرقام { $last }
billing-method-expires = تنتهي في { $month }/{ $year }
billing-method-default = تُستخدم للدفع
billing-method-add = إضافة بطاقة
billing-method-use = استخدام هذه
billing-method-remove = إزالة
billing-method-remove-of = إزالة { $card }
pay-with = دفع { $amount } بواسطة
pay-other-card = إضافة بطاقة أخرى
pay-no-card = أضف بطاقة للمتابعة
pay-no-card-hint = يُخصم هذا المبلغ فورًا من بطاقة، ولا توجد بطاقة في الحساب بعد. ستعود إلى هنا بعد إضافتها.
pay-no-card-login = لا توجد بطاقة في حساب الفوترة بعد. سجّل الدخول إلى الفوترة وأضف بطاقة للمتابعة.
pay-default = يُخصم من بطاقتك الأساسية:
pay-default-login = يُخصم المبلغ من البطاقة الأساسية لحساب الفوترة. سجّل الدخول إلى الفوترة لترى أي بطاقة هي.
billing-credit = الرصيد
billing-credit-none = لا رصيد
billing-credit-hint = يُستخدم قبل الخصم من أي بطاقة.
billing-statement = كشف الحساب
billing-statement-hint = كل قيود مكتب المساعدة هذا.
billing-statement-csv = تنزيل بصيغة CSV
billing-statement-print = فتح للطباعة
billing-login-needed = سجّل الدخول لترى البطاقات ولتدفع.
renewal-once = دُفعت مرة واحدة
renewal-past-due = دفعة مستحقة

invoice-state-open = قيد الدفع
invoice-state-due = مستحقة
invoice-state-paid = مدفوعة
invoice-state-void = لاغية
invoice-title = الفاتورة { $number }
invoice-made = صدرت في
invoice-reduced = أيام لم تُستخدم
invoice-dispute = اعتراض
invoice-dispute-inquiry = المصرف يستفسر
invoice-dispute-open = استرد المصرف المبلغ مؤقتًا
invoice-dispute-won = انتهى: الدفعة قائمة
invoice-dispute-lost = يبقى المبلغ لصاحب البطاقة
invoice-due-since = مستحقة منذ
invoice-paid-at = دُفعت في
invoice-lines = عمّا هي
invoice-line = البند
invoice-quantity = الكمية
invoice-unit = سعر الوحدة
invoice-amount = المبلغ
invoice-total = المجموع
invoice-credit = دُفع من الرصيد
invoice-to-pay = المطلوب دفعه
invoice-refunds = المبالغ المعادة
invoice-refund-succeeded = أُعيد في { $day }
invoice-refund-waiting = في الطريق
invoice-refund-failed = رفضت شركة الدفع ذلك. تواصل مع الدعم مع ذكر رقم الفاتورة.
invoice-refund-to-credit = إلى رصيدك
invoice-refund-to-card = إلى البطاقة
invoice-attempts = محاولات الدفع
invoice-attempt-succeeded = دُفعت
invoice-attempt-declined = مرفوضة
invoice-attempt-action = تنتظر تأكيدك
invoice-attempt-cancelled = لم يُخصم شيء
invoice-attempt-waiting = قيد التنفيذ
invoice-pay = دفع { $amount }
invoice-pay-no-card = أضف بطاقة أولًا، ثم ادفع.
invoice-pay-other-gateway = هذه البطاقة لدى شركة دفع غير التي يستخدمها هذا المضيف الآن. لم يُخصم شيء. اختر بطاقة أخرى أو أضف واحدة.
invoice-pay-confirm = يريد مصرفك أن تؤكد هذه الدفعة.
invoice-pay-confirm-go = التأكيد لدى مصرفك
invoice-pay-why = لم تنجح الدفعة الأخيرة: { $reason }
invoice-void-hint = لم يعد عنها أي مبلغ مطلوب.
invoice-back = الفوترة
flash-invoice-paid = دُفعت الفاتورة { $number }. شكرًا لك.
flash-invoice-not-paid = لم تُدفع الفاتورة { $number }: { $reason }
flash-invoice-settled = سُوِّيت الفاتورة { $number } من قبل.
flash-method-default = تُستخدم هذه البطاقة للدفع من الآن.
flash-method-removed = أُزيلت البطاقة.

statement-title = كشف الحساب
statement-intro = كل ما جرى على حساب { $desk }، الأقدم أولًا، مع المطلوب والرصيد بعده.
statement-empty = لم يُقيَّد شيء بعد
statement-cut = تُعرض أحدث السطور فقط. والملف يحوي كل السطور.
statement-when = اليوم
statement-note = البيان
invoice-seller = البائع
invoice-buyer = المشتري
invoice-tax = الضريبة
statement-charged = المحتسب
statement-paid = المدفوع
statement-refunded = المعاد
statement-credit = إلى الرصيد أو منه
statement-owed = المطلوب
statement-in-credit = الرصيد

lifecycle-error-plan-needed = اختر إحدى الخطط أولًا.
lifecycle-error-same-plan = الإضافة على هذه الخطة أصلًا.
lifecycle-error-no-trial = لم يبقَ شيء من التجربة. كلفة الخطة معروضة أدناه.
lifecycle-error-too-few-licences = لا تكفي التراخيص للجميع: اشترِ المزيد، أو اختر مستخدمين أقل.
lifecycle-error-no-licences = هذه الإضافة ليست على خطة مدفوعة لكل مستخدم: لا تراخيص لتغييرها.
lifecycle-error-nothing-to-cancel = لا يوجد ما يُلغى: هذه الإضافة لا تُحتسب شهريًا.
lifecycle-error-nothing-to-withdraw = لا شيء لسحبه: لا خطة ولا تراخيص مطلوبة وغير مدفوعة.
lifecycle-error-payment-under-way = تُجرى الآن دفعة لهذا. انظر من جديد بعد لحظة.
lifecycle-error-billing-logged-out = سجّل الدخول إلى نظام الفوترة أولًا.
lifecycle-error-billing-wrong-account = الحساب الذي سُجِّل الدخول به لا يملك ترخيص مكتب المساعدة هذا. سجّل الخروج، ثم ادخل بالحساب الصحيح.
lifecycle-error-price-changed = تغيّر السعر منذ تحميل الصفحة. وهو الآن:
lifecycle-error-no-plan = لم تعد هذه الخطة معروضة. اختر من جديد.
lifecycle-error-quantity = لا يمكن شراء هذا العدد من التراخيص.
lifecycle-error-forbidden = لم يعد مسموحًا لك بشراء الإضافات. اسأل أحد المشرفين.
lifecycle-error-order-underway = طُلب شيء لهذه الإضافة من قبل. تُدفع فاتورته أولًا.
lifecycle-error-unpaid = لهذه الإضافة فاتورة تُدفع أولًا. تعرضها صفحة الفوترة.
lifecycle-error-amount-too-high = يكلّف هذا أكثر من 1,000,000.00 دفعة واحدة: خذ تراخيص أقل.
lifecycle-error-no-licence = يجب شراء ترخيص واحد على الأقل.
lifecycle-error-no-payment-method = أضف بطاقة أولًا. لم يُطلب شيء ولم يُخصم شيء.
lifecycle-error-unknown-payment-method = لم تعد البطاقة التي اخترتها متاحة. اختر بطاقة أخرى. لم يُخصم شيء.
lifecycle-error-card-amount-changed = تغيّر المبلغ الذي سيُخصم من بطاقتك منذ تحميل الصفحة. لم يُخصم شيء. تحقق من المبلغ الجديد، ثم أعد المحاولة.
lifecycle-error-idempotency-key-reused = استُخدمت هذه الصفحة لطلب آخر. حمّلها من جديد.
lifecycle-error-billing-unavailable = لا تجيب شركة الدفع الآن. لم يُفقد شيء: انظر من جديد بعد دقائق.
lifecycle-error-gateway-gone = بدأ هذا لدى شركة دفع لم يعد هذا المضيف مهيأً لها. ينتظر حتى تُهيأ من جديد. اسأل من يدير هذا المضيف.
lifecycle-error-gateway-refused = رفضت شركة الدفع ذلك.
lifecycle-error-gateway-confused = أجابت شركة الدفع إجابة غير واضحة. لا يُبنى عليها شيء؛ ويجب أن ينظر فيها أحد.
lifecycle-error-not-payable = لم يعد هناك ما يُدفع عن هذه الفاتورة.

## Groups of operators
groups-title = المجموعات
groups-intro = أعضاء من الفريق يجمعهم شيء، كنوبة عمل. يمكن منح الإضافات لمجموعة، ولمن ينضم إليها لاحقًا.
groups-new = مجموعة جديدة
groups-empty = لا مجموعات بعد
groups-empty-hint = بالمجموعة تمنح إضافة لعدة أشخاص دفعة واحدة.
groups-column-name = المجموعة
groups-column-members = الأعضاء
group-back = المجموعات
group-new-title = مجموعة جديدة
group-edit-title = المجموعة { $name }
group-name = الاسم
group-members = الأعضاء
group-members-hint = من ينضم يحصل على الإضافات التي تذكر قاعدتها هذه المجموعة. ومن يغادر يحتفظ بما لديه.
group-create = إنشاء المجموعة
group-delete = حذف المجموعة
group-delete-title = حذف { $name }؟
group-delete-text = يحتفظ أعضاؤها بالإضافات التي لديهم. والقواعد التي لا تذكر غير هذه المجموعة لن تمنح الإضافة لأحد.
group-created = أُنشئت المجموعة { $name }.
group-saved = حُفظت المجموعة { $name }.
group-deleted = حُذفت المجموعة { $name }.
