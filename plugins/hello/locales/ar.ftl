title = مرحبًا
stranger = زائرنا
hello = مرحبًا، { $who }!
greetings = عدد التحيات حتى الآن: { $count }
greet = إلقاء التحية
greeted = أُلقيت التحية
