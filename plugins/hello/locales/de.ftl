title = Hallo
stranger = Unbekannte Person
hello = Hallo, { $who }!
greetings = Begrüßungen bisher: { $count }
greet = Begrüßen
greeted = Begrüßt
