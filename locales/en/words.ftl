# How this language writes itself, times, durations and money. See platform/words.

language-name = English
language-direction = ltr
# Whose dates and numbers to use.
language-formats = en-US

# $point is midnight, noon, one (1 AM, 1:30 PM …) or other.
time-of-day =
    { $point ->
        [midnight] midnight
        [noon] noon
       *[other] { $time }
    }
time-at =
    { $point ->
        [midnight] at midnight
        [noon] at noon
       *[other] at { $time }
    }
time-range = { $from } – { $to }

# A moment as one would say it: "opens Monday 8 AM".
when-today = today { $time }
when-tomorrow = tomorrow { $time }
when-weekday = { $day } { $time }
when-date = { $day }, { $time }

weekday-range = { $from } to { $to }
weekday-pair = { $from } and { $to }

duration-moment = less than a minute
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes } min
duration-days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
duration-days-hours =
    { $days ->
        [one] { $days } day { $hours } h
       *[other] { $days } days { $hours } h
    }

# $sign is "-" or empty.
money =
    { $currency ->
        [USD] { $sign }${ $amount }
       *[other] { $sign }{ $amount } { $currency }
    }
