# Casos: asuntos que hay que resolver.

refusal-cases-rules-malformed = No se pueden usar las reglas de { $file }: { $reason }
    .remedy = Corrija el archivo y vuelva a intentarlo.
refusal-cases-over = Este caso ya terminó.
    .remedy = Reábralo para continuar.
refusal-cases-waiting = Este caso espera a otra persona o entidad.
    .remedy = Indique que continúa y elija el paso siguiente.
refusal-cases-step-not-next = Desde este paso el caso no puede ir allí.
    .remedy = Elija uno de los pasos que se ofrecen.
