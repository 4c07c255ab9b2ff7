title = Hello
stranger = stranger
hello = Hello, { $who }!
greetings = Greetings so far: { $count }
greet = Greet
greeted = Greeted
