# Cómo este idioma se escribe a sí mismo, las horas, las duraciones y el dinero.

language-name = Español
language-direction = ltr
# Las fechas y los números, como se escriben en Estados Unidos.
language-formats = es-US

time-of-day =
    { $point ->
        [midnight] medianoche
        [noon] mediodía
       *[other] { $time }
    }
time-at =
    { $point ->
        [midnight] a la medianoche
        [noon] al mediodía
        [one] a la { $time }
       *[other] a las { $time }
    }
time-range = { $from } – { $to }

when-today = hoy { $at }
when-tomorrow = mañana { $at }
when-weekday = el { $day } { $at }
when-date = el { $day }, { $at }

weekday-range = { $from } a { $to }
weekday-pair = { $from } y { $to }

duration-moment = menos de un minuto
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes } min
duration-days =
    { $days ->
        [one] { $days } día
       *[other] { $days } días
    }
duration-days-hours =
    { $days ->
        [one] { $days } día { $hours } h
       *[other] { $days } días { $hours } h
    }

money =
    { $currency ->
        [USD] { $sign }${ $amount }
       *[other] { $sign }{ $amount } { $currency }
    }
