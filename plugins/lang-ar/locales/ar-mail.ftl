### رسائل البريد إلى الفريق، وصندوق الصادر.

## What every mail has

mail-greeting = مرحبًا { $name }،
mail-greeting-nobody = مرحبًا،
mail-footer = كتبها مكتب المساعدة { $desk } بسبب شيء فعلتَه أو فعله. لا يقرأ أحد الردود على هذه الرسالة.

mail-fact-addon = الإضافة
mail-fact-subject = الموضوع
mail-fact-message = الرسالة
mail-fact-plan = الخطة
mail-fact-licences = التراخيص
mail-fact-unassigned = فقدوا الوصول
mail-fact-seats = المقاعد
mail-fact-per-month = كل شهر
mail-fact-once = مرة واحدة
mail-fact-renews = الفاتورة التالية
mail-fact-trial-ends = تنتهي التجربة في
mail-fact-invoice = الفاتورة
mail-fact-total = المجموع
mail-fact-reduced = أيام لم تُستخدم
mail-fact-credit = دُفع من الرصيد
mail-fact-method = دُفع بواسطة
mail-fact-reason = ما قاله المصرف
mail-fact-refusal = ما قالته شركة الدفع

mail-line = { $description }، العدد { $quantity }
mail-period = من { $from } إلى { $to }

mail-action-open = فتح { $addon }
mail-action-again = المحاولة من جديد
mail-action-pay = دفع الفاتورة
mail-action-answer = الرد
mail-action-invoice = فتح الفاتورة
mail-action-plan = اختيار خطة
mail-action-plans = فتح خططها
mail-action-listing = فتح صفحتها
mail-action-work = فتح صفحة العمل في الخلفية
mail-action-accept = قبول الدعوة
mail-action-reset = اختيار كلمة مرور جديدة
mail-action-ticket = فتح التذكرة

## An add-on was installed, or was not

mail-installed-subject = ثُبِّتت { $addon }
mail-installed-happened = ثُبِّتت { $addon } بالإصدار { $version } وهي تعمل في مكتب المساعدة لديك.
mail-installed-next = في صفحتها إعداداتها ومستخدموها وخطتها.
mail-installed-trial = يمكنك تجربتها حتى { $date }. لا يُحتسب عنها أي مبلغ ما لم تختر خطة.

mail-install-failed-subject = تعذّر تثبيت { $addon }
mail-install-failed-happened = تعذّر تثبيت { $addon }: { $error }
mail-install-failed-refunded = كان قد خُصم عنها { $amount }، ويُعاد المبلغ الآن.
mail-install-failed-next = يعمل مكتب المساعدة لديك كما كان. يمكنك المحاولة من جديد متى شئت؛ وإن فشلت مرة أخرى فاسأل الناشر.
mail-install-approved-subject = قُبل طلبك لتثبيت { $addon }
mail-install-approved-happened = قبل ناشر { $addon } طلبك وأعدّ كل شيء. يكتمل التثبيت الآن.
mail-install-approved-next = ليس عليك فعل شيء. ستصلك رسالة أخرى عندما تصبح الإضافة جاهزة أو إن حدثت مشكلة.

## Money

mail-payment-due-subject = الفاتورة { $number } بمبلغ { $amount } مطلوبة الدفع
mail-payment-due-happened = لم تنجح دفعة { $amount } عن الفاتورة { $number }.
mail-payment-due-action = يريد مصرفك أن تؤكد دفعة { $amount } عن الفاتورة { $number }.
mail-payment-due-ending = الفاتورة { $number } بمبلغ { $amount } ما زالت غير مدفوعة، وستتوقف الإضافات المدرجة فيها قريبًا.
mail-payment-due-retry = سنحاول الخصم من بطاقتك مرة أخرى في { $date }. إذا أضفت بطاقة أخرى قبل ذلك فسنستخدمها فورًا.
mail-payment-due-runs-until = يستمر كل شيء في العمل حتى { $date }. ادفع الفاتورة قبل ذلك من فضلك، بهذه البطاقة أو بغيرها.
mail-payment-due-starts = ما طلبته يبدأ من تلقاء نفسه عند دفع الفاتورة، في أي يوم كان.

mail-receipt-subject = إيصال الفاتورة { $number }: { $amount }
mail-receipt-happened = شكرًا لك. دُفعت الفاتورة { $number } بمبلغ { $amount }.

mail-refunded-subject = يُعاد { $amount }
mail-refunded-card = يعود { $amount } من الفاتورة { $number } إلى البطاقة التي دُفعت بها.
mail-refunded-credit = يعود { $amount } من الفاتورة { $number } إلى رصيدك.
mail-refunded-next = لا يلزمك فعل شيء. قد تمر أيام حتى يظهر لدى مصرفك.

mail-refund-failed-subject = تعذّرت إعادة { $amount } من الفاتورة { $number }
mail-refund-failed-happened = كان يجب أن يُعاد { $amount } من الفاتورة { $number }، لكن شركة الدفع رفضت ذلك نهائيًا. لم يُعَد أي مبلغ.
mail-refund-failed-next = لن يُعاد ذلك من تلقاء نفسه. يجب أن ينظر أحد في لوحة تحكم شركة الدفع ويعيد المبلغ من هناك.
mail-top-up-declined-subject = تعذّر شحن رصيد بقيمة { $amount }
mail-top-up-declined-happened = كان يجب خصم { $amount } من بطاقتك لأن الرصيد انخفض عن الحد الذي اخترته. لم ينجح ذلك، ولم يُخصم شيء.
mail-top-up-declined-next = الشحن التلقائي متوقف الآن. تحقّق من بطاقتك وشغّله من جديد في منطقة العملاء.
mail-action-client-area = افتح منطقة العملاء

mail-disputed-inquiry-subject = يستفسر مصرفك عن دفعة الفاتورة { $number }
mail-disputed-inquiry-happened = يستفسر مصرفك عن دفعة { $amount } عن الفاتورة { $number }. لم يُنقل أي مبلغ.
mail-disputed-inquiry-next = إذا كنت تعرف هذه الدفعة فأخبر مصرفك بذلك. لا يلزمك فعل شيء هنا.

mail-disputed-open-subject = دفعة الفاتورة { $number } محل اعتراض
mail-disputed-open-happened = دفعة { $amount } عن الفاتورة { $number } محل اعتراض، وقد استرد مصرفك المبلغ إلى أن يبتّ في الأمر.
mail-disputed-open-next = إذا كنت تعرف هذه الدفعة فأخبر مصرفك بذلك. وإذا كان في الفاتورة خطأ فاكتب إلينا.

mail-disputed-won-subject = انتهى الاعتراض على الفاتورة { $number }
mail-disputed-won-happened = قرر مصرفك أن دفعة { $amount } عن الفاتورة { $number } تبقى قائمة.
mail-disputed-won-next = لا يلزمك فعل شيء.

mail-disputed-lost-subject = استُرد مبلغ الفاتورة { $number }
mail-disputed-lost-happened = قرر مصرفك أن مبلغ { $amount } عن الفاتورة { $number } يبقى لصاحب البطاقة.
mail-disputed-lost-next = إذا أردت الاحتفاظ بما تشمله الفاتورة فتواصل معنا من فضلك.

mail-missed-months-subject = { $months ->
    [zero] هل نحصّل رسوم { $months } شهرًا فائتًا؟
    [one] هل نحصّل رسوم شهر واحد فائت؟
    [two] هل نحصّل رسوم شهرين فائتين؟
    [few] هل نحصّل رسوم { $months } أشهر فائتة؟
    [many] هل نحصّل رسوم { $months } شهرًا فائتًا؟
   *[other] هل نحصّل رسوم { $months } شهرًا فائتًا؟
}
mail-missed-months-happened = { $months ->
    [zero] كان مكتب المساعدة متوقفًا مدة من الزمن، ولم تصدر { $months } فاتورة شهرية.
    [one] كان مكتب المساعدة متوقفًا مدة من الزمن، ولم تصدر فاتورة شهرية واحدة.
    [two] كان مكتب المساعدة متوقفًا مدة من الزمن، ولم تصدر فاتورتان شهريتان.
    [few] كان مكتب المساعدة متوقفًا مدة من الزمن، ولم تصدر { $months } فواتير شهرية.
    [many] كان مكتب المساعدة متوقفًا مدة من الزمن، ولم تصدر { $months } فاتورة شهرية.
   *[other] كان مكتب المساعدة متوقفًا مدة من الزمن، ولم تصدر { $months } فاتورة شهرية.
}
mail-missed-months-next = لن يُحصَّل شيء حتى توافق. تستمر إضافاتك في العمل حتى { $date }؛ أجب قبل ذلك من فضلك.

mail-no-licence-subject = لا ترخيص متاحًا من { $addon } لـ { $user }
mail-no-licence-happened = كان من المفترض أن يحصل { $user } على { $addon } تلقائيًا، لكن جميع التراخيص مستخدمة. لم يحصل عليها { $user }.
mail-no-licence-next = اشترِ ترخيصًا آخر، أو اسحبه ممن لم يعد يحتاج إليه.
mail-users-unassigned-subject = { $count ->
    [zero] لم يفقد أحد { $addon }
    [one] لم يعد لدى مستخدم واحد { $addon }
    [two] لم يعد لدى مستخدمَين { $addon }
    [few] لم يعد لدى { $count } مستخدمين { $addon }
    [many] لم يعد لدى { $count } مستخدمًا { $addon }
   *[other] لم يعد لدى { $count } مستخدم { $addon }
}
mail-users-unassigned-happened = { $count ->
    [zero] لم يعد لدى { $addon } أي ترخيص. آخر من حصلوا عليها لم تعد لديهم.
    [one] لدى { $addon } الآن ترخيص واحد، وهو أقل من عدد مستخدميها. آخر من حصلوا عليها لم تعد لديهم.
    [two] لدى { $addon } الآن ترخيصان، وهما أقل من عدد مستخدميها. آخر من حصلوا عليها لم تعد لديهم.
    [few] لدى { $addon } الآن { $count } تراخيص، وهي أقل من عدد مستخدميها. آخر من حصلوا عليها لم تعد لديهم.
    [many] لدى { $addon } الآن { $count } ترخيصًا، وهي أقل من عدد مستخدميها. آخر من حصلوا عليها لم تعد لديهم.
   *[other] لدى { $addon } الآن { $count } ترخيص، وهي أقل من عدد مستخدميها. آخر من حصلوا عليها لم تعد لديهم.
}
mail-users-unassigned-next = يمكن لكل من يدير الإضافات شراء مزيد من التراخيص واختيار من يستخدمها.

mail-unpaid-subject = توقفت { $addon }: الفاتورة { $number } غير مدفوعة
mail-unpaid-happened = توقفت { $addon } لأن الفاتورة { $number } لم تُدفع بعد. إعداداتها وبياناتها محفوظة.
mail-unpaid-next = تعود إلى العمل من تلقاء نفسها فور دفع الفاتورة.

## Trials and plans

mail-trial-reminder-subject = { $days ->
    [zero] تنتهي تجربتك لـ { $addon } اليوم
    [one] تنتهي تجربتك لـ { $addon } بعد يوم واحد
    [two] تنتهي تجربتك لـ { $addon } بعد يومين
    [few] تنتهي تجربتك لـ { $addon } بعد { $days } أيام
    [many] تنتهي تجربتك لـ { $addon } بعد { $days } يومًا
   *[other] تنتهي تجربتك لـ { $addon } بعد { $days } يوم
}
mail-trial-reminder-happened = { $days ->
    [zero] لم يبقَ أي يوم من تجربة { $addon }. تنتهي في { $date } (UTC).
    [one] بقي يوم واحد من تجربة { $addon }. تنتهي في { $date } (UTC).
    [two] بقي يومان من تجربة { $addon }. تنتهي في { $date } (UTC).
    [few] بقيت { $days } أيام من تجربة { $addon }. تنتهي في { $date } (UTC).
    [many] بقي { $days } يومًا من تجربة { $addon }. تنتهي في { $date } (UTC).
   *[other] بقي { $days } يوم من تجربة { $addon }. تنتهي في { $date } (UTC).
}
mail-trial-reminder-next = لمتابعة استخدامها اختر خطة. وإلا توقفت في ذلك اليوم، وتبقى إعداداتها وبياناتها.

mail-trial-ended-subject = انتهت تجربتك لـ { $addon }
mail-trial-ended-happened = انتهت تجربة { $addon } وتوقفت. إعداداتها وبياناتها محفوظة.
mail-trial-ended-next = اختر خطة لتتابع من حيث توقفت.

mail-plan-changed-subject = أصبحت { $addon } على الخطة { $plan }
mail-plan-changed-happened = أصبحت { $addon } الآن على الخطة { $plan }.
mail-plan-changed-later = { $count ->
    [zero] ابتداءً من يوم الفوترة التالي لا تراخيص لها.
    [one] ابتداءً من يوم الفوترة التالي لها ترخيص واحد.
    [two] ابتداءً من يوم الفوترة التالي لها ترخيصان.
    [few] ابتداءً من يوم الفوترة التالي لها { $count } تراخيص.
    [many] ابتداءً من يوم الفوترة التالي لها { $count } ترخيصًا.
   *[other] ابتداءً من يوم الفوترة التالي لها { $count } ترخيص.
}

mail-cancelled-subject = أُلغيت { $addon }
mail-cancelled-happened = أُلغيت { $addon } وتوقفت. لن يُخصم عنها أي مبلغ بعد الآن.
mail-cancelled-next = إعداداتها وبياناتها محفوظة. إن اشتريتها من جديد فستتابع من حيث توقفت.

## An add-on was removed, or could not be updated

mail-uninstalled-subject = أُزيلت { $addon }
mail-uninstalled-happened = أُزيلت { $addon } والبيانات التي كانت تحفظها. وانتهى بذلك ما كانت تكلّفه.
mail-uninstalled-next = يمكنك تثبيتها من جديد في أي وقت.
mail-uninstall-failed-subject = لم تُزل { $addon }
mail-uninstall-failed-happened = لم تُزل { $addon }: { $error }
mail-uninstall-failed-next = ما زالت بياناتها موجودة، ولن يُحتسب عنها أي مبلغ بعد الآن. يمكنك إزالتها من جديد متى شئت؛ وإن فشلت مرة أخرى فاسأل الناشر.
mail-support-requested-subject = طلب دعم: { $addon } ({ $id })
mail-support-requested-happened = يطلب { $by } المساعدة في تحديث { $addon } الذي فشل وتعذّر التراجع عنه.

mail-update-failed-subject = تعذّر تحديث { $addon }
mail-update-failed-happened = فشل تحديث { $addon } من { $from } إلى { $to }: { $error }
mail-update-failed-next = ما زال الإصدار { $from } يعمل، ولم تتغير بياناته. يمكنك المحاولة من جديد؛ وإن فشل التحديث مرة أخرى فاسأل الناشر.
mail-update-failed-next-inactive = ما زالت الإضافة متوقفة. تبقى على الإصدار { $from }، ولم تتغير بياناتها. يمكنك المحاولة من جديد؛ وإن فشل التحديث مرة أخرى فاسأل الناشر.
mail-update-failed-next-suspended = ما زالت الإضافة معلّقة. تبقى على الإصدار { $from }، ولم تتغير بياناتها. يمكنك المحاولة من جديد؛ وإن فشل التحديث مرة أخرى فاسأل الناشر.
mail-update-failed-next-stuck = تعذّر التراجع عن التحديث أيضًا، لذلك لا تعمل الإضافة. تبقى على الإصدار { $from }. أعد محاولة التحديث؛ وإن فشل مرة أخرى فاسأل الناشر.

## Invitations

mail-operator-invited-subject = أنت مدعو إلى مكتب المساعدة { $desk }
mail-operator-invited-happened = دعاك { $name } إلى العمل في مكتب المساعدة { $desk }.
mail-operator-invited-next = { $days ->
    [zero] اختر كلمة مرور لتبدأ. يعمل الرابط مرة واحدة، اليوم فقط.
    [one] اختر كلمة مرور لتبدأ. يعمل الرابط مرة واحدة خلال يوم واحد.
    [two] اختر كلمة مرور لتبدأ. يعمل الرابط مرة واحدة خلال يومين.
    [few] اختر كلمة مرور لتبدأ. يعمل الرابط مرة واحدة خلال { $days } أيام.
    [many] اختر كلمة مرور لتبدأ. يعمل الرابط مرة واحدة خلال { $days } يومًا.
   *[other] اختر كلمة مرور لتبدأ. يعمل الرابط مرة واحدة خلال { $days } يوم.
}
mail-operator-invited-not-kept = الرابط موجود فقط في الرسالة التي أُرسلت، ولا يُحفظ هنا.

## Forgotten passwords

mail-password-reset-subject = اختر كلمة مرور جديدة
mail-password-reset-happened = طلب شخص ما، وغالبًا أنت، كلمة مرور جديدة لحسابك في مكتب المساعدة { $desk }.
mail-password-reset-next = يعمل الرابط مرة واحدة خلال ساعة. إن لم تكن أنت من طلبه فلا تفعل شيئًا: تبقى كلمة مرورك كما هي.

## Tickets

mail-ticket-new-subject = تذكرة جديدة: { $subject } (#{ $number })
mail-ticket-new-happened = كتب { $name }، ولا مسؤول عن هذه التذكرة بعد.
mail-ticket-assigned-subject = أُسندت إليك: { $subject } (#{ $number })
mail-ticket-assigned-happened = أسند إليك { $name } هذه التذكرة.
mail-ticket-assigned-by-itself = أُسندت إليك هذه التذكرة.
mail-ticket-answered-subject = رد: { $subject } (#{ $number })
mail-ticket-answered-happened = كتب { $name } في إحدى تذاكرك.
mail-ticket-switch-off = يمكنك إيقاف هذه الرسائل في صفحة ملفك الشخصي.

## The outbox

nav-outbox = صندوق الصادر
outbox-title = صندوق الصادر
outbox-intro = كل رسالة كُتبت لمكتب المساعدة هذا: الدعوات والتثبيت والفواتير والتجارب. تُكتب كل منها مرة واحدة.
outbox-server = تخرج الرسائل عبر
outbox-no-server = لا يوجد خادم بريد، لذلك تُحفظ الرسائل هنا ولا يتسلمها أحد. شغّل الخادم مع:
outbox-empty-title = لا رسائل بعد
outbox-empty-text = تظهر هنا الرسائل عن الدعوات والتثبيت والفواتير والتجارب.
outbox-column-mail = الموضوع
outbox-column-to = إلى
outbox-column-state = الحالة
outbox-column-written = كُتبت
outbox-no-subject = قيد الكتابة
outbox-waiting = تنتظر
outbox-sent = أُرسلت
outbox-kept = محفوظة هنا
outbox-failed = لم تُرسل
outbox-failed-text = لم تُرسل الرسالة، ولن تُرسل ما لم ترسلها من جديد. كان السبب:
outbox-waiting-text = لم تُرسل الرسالة بعد؛ وتُعاد المحاولة من تلقاء نفسها. كانت آخر إجابة:
outbox-tries = المحاولات
outbox-back = كل الرسائل
outbox-html = عرضها كما يراها قارئها
outbox-send-again = إرسال من جديد
outbox-sent-again = الرسالة في طريقها من جديد.
outbox-not-written = الرسالة قيد الكتابة.
