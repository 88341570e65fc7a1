namespace TaskQueue.Reports;

/// <summary>What all values of a column of results are.</summary>
internal enum ResultKind
{
    /// <summary>Texts, or values of several kinds; arrays and objects as JSON.</summary>
    Text,
    Boolean,

    /// <summary>Whole numbers of 64 bits.</summary>
    Integer,
    Float,
    Date,

    /// <summary>A date and time that says no zone.</summary>
    LocalTime,

    /// <summary>A moment.</summary>
    Instant,
}
