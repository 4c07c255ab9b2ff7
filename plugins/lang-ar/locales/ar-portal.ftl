### الناشرون: الرسائل والبوابة وصفحات فريق المنصة.

## الرسائل

mail-action-portal = فتح بوابة الناشرين
mail-action-ask-again = إرسال طلب آخر
mail-action-set-up = إعداد حسابك
mail-fact-why = السبب
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

## الأدوار

portal-role-owner = مالك
portal-role-developer = مطوّر
portal-role-finance = المالية
