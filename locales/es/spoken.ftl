# Respuestas del directorio, tal como se dicen en todas partes.

spoken-open-until = Abierto, cierra { $when }
spoken-open-always = Abierto las 24 horas
spoken-closed-until = Cerrado; abre { $when }
spoken-closed = Cerrado
spoken-unconfirmed = Puede estar cerrado; abre con seguridad { $when }
spoken-hours-unstated = Horario no publicado
spoken-any-time = A cualquier hora
spoken-holiday = Día festivo
spoken-expected-minutes =
    { $max ->
        [one] normalmente en menos de { $max } minuto
       *[other] normalmente de { $min } a { $max } minutos
    }
spoken-expected-hours =
    { $max ->
        [one] normalmente en menos de { $max } hora
       *[other] normalmente de { $min } a { $max } horas
    }
spoken-expected-business-days =
    { $max ->
        [one] normalmente en menos de { $max } día hábil
       *[other] normalmente de { $min } a { $max } días hábiles
    }
