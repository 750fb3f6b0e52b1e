//! The program's own words, in two languages.

use clap::ValueEnum;

/// The language of what people read. Files and mistakes in them are told in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Español.
    Es,
    /// English.
    En,
}

impl Lang {
    /// The language of the surroundings: `LC_ALL`, `LC_MESSAGES` or `LANG`.
    pub(crate) fn of_surroundings() -> Self {
        let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        match said {
            Some(value) if value.to_lowercase().starts_with("es") => Self::Es,
            _ => Self::En,
        }
    }
}

macro_rules! phrases {
    ($($name:ident = $es:literal, $en:literal;)*) => {
        /// Something that the program says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Phrase { $($name,)* }

        impl Phrase {
            /// It, in a language.
            pub(crate) fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::Es) => $es, (Self::$name, Lang::En) => $en,)*
                }
            }
        }
    };
}

phrases! {
    Error = "error", "error";
    Warning = "aviso", "warning";
    Because = "porque", "because";
    Hint = "sugerencia", "hint";
    Campaign = "campaña", "campaign";
    Planned = "planeados", "planned";
    Sent = "enviados", "sent";
    Waiting = "en espera", "waiting";
    Refused = "rechazados", "refused";
    Unreachable = "sin direc.", "no address";
    Failed = "fallidos", "failed";
    PutOff = "aplazados", "put off";
    InDoubt = "en duda", "in doubt";
    Retry = "a reintentar", "to retry";
    OutsideAudience = "fuera de la audiencia", "outside the audience";
    ThisRun = "esta vez", "this run";
    Next = "próxima pasada", "next pass";
    Nothing = "nada previsto", "nothing foreseen";
    DemoTitle = "Pregón: demostración con datos inventados",
        "Pregón: a demonstration with invented data";
    DemoSpan = "Semanas simuladas", "Simulated weeks";
    DemoPeople = "clientes con algún mensaje planeado", "customers with something planned";
    DemoExamples = "Tres personas, y por qué", "Three people, and why";
    DemoWasSent = "recibió su mensaje", "got the message";
    DemoWasCapped = "tuvo que esperar o llegó al límite", "had to wait, or met a limit";
    DemoWasRefused = "no se le pudo o no se le debía escribir",
        "could not or must not be written to";
    DemoFiles = "Los mensajes están en", "The messages are in";
    DemoChange = "Campañas, datos y configuración, para mirar y cambiar",
        "Campaigns, data and configuration, to look at and to change";
    DemoAgain = "Ejecútelo otra vez: nada se envía dos veces.",
        "Run it again: nothing is sent twice.";
    NewMessages = "mensajes nuevos", "new messages";
    InitDone = "Se escribió", "Written";
    InitNext = "Ahora", "Now";
    CheckClean = "sin problemas", "no problems";
    ErrorsFound = "errores", "errors";
    WarningsFound = "avisos", "warnings";
    NoDispatches = "no hay mensajes para", "there are no messages for";
    NotBefore = "no antes de", "not before";
    InFrozen = "en la audiencia congelada el", "in the audience frozen on";
    NotInFrozen = "no está en la audiencia congelada el", "not in the audience frozen on";
    LeftAlone = "ya no está en la configuración y sigue como estaba",
        "is no longer in the configuration and is left as it is";
    DefaultOutbox = "sin canal configurado: los mensajes quedan como archivos en",
        "no channel is configured: messages are kept as files in";
    Stopping = "terminando la pasada; otra señal la interrumpe",
        "finishing the pass; another signal interrupts it";
    Segment = "segmento", "segment";
    Customers = "clientes", "customers";
    Share = "parte", "share";
    InNone = "en ninguno", "in none";
    AllCustomers = "todos", "all";
    Belongs = "pertenece", "belongs";
    BelongsNot = "no pertenece", "does not belong";
    BelongsUnknown = "no pertenece: falta un dato", "does not belong: something is not known";
    Missing = "sin dato", "missing";
    OptedOut = "No se le escribirá más, desde ahora",
        "They are not written to any more, from now on";
    Forgotten = "Se ha olvidado a la persona; no se le escribirá más",
        "The person is forgotten, and not written to any more";
    InFlight = "Un mensaje que ya iba en camino todavía puede llegar",
        "A message already on its way may still arrive";
    NoneInFlight = "No hay ningún mensaje en camino", "No message is on its way";
    Draft = "borrador", "draft";
    Scheduled = "programada", "scheduled";
    Active = "activa", "active";
    Paused = "pausada", "paused";
    Finished = "finalizada", "finished";
    Cancelled = "cancelada", "cancelled";
    Dispatches = "mensajes", "messages";
    Places = "lugares en límites", "places in limits";
    More = "y más", "and more";
    AuditClean = "Nada de lo prometido falta.", "Every promise was kept.";
    MayNext = "Cuándo se le puede volver a escribir, según los límites",
        "When they may next be written to, as limits say";
    AtOnce = "ya", "now";
    Never = "no: pidió que no", "no: they asked not to be";
    Of = "de", "of";
    PresetAsks = "pide además lo que nadie más que usted puede hacer",
        "also asks for what nobody but you can do";
    WouldLeave = "Así saldría; los archivos están en",
        "This is how it would leave; the files are in";
    Subject = "asunto", "subject";
    Parts = "partes", "parts";
    Cost = "costo", "cost";
    Offending = "la encarecen", "what makes it dear";
    TestSent = "pruebas enviadas", "tests sent";
    Rows = "filas dejadas fuera", "rows left out";
}
