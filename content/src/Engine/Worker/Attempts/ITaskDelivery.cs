namespace TaskQueue.Worker.Attempts;

/// <summary>What a queue knows about the message whose task is being run.</summary>
internal interface ITaskDelivery
{
    /// <summary>1 for the first attempt; null when the queue counts deliveries, give-backs included, and no attempts.</summary>
    int? Attempt { get; }

    /// <summary>Whether the message was delivered before, to whomever.</summary>
    bool IsRepeat { get; }

    /// <summary>Whether this attempt is the only one, as where there is no queue.</summary>
    bool IsOnly => false;

    /// <summary>
    /// Whether the message is for other rows, too. Then a row that is a repeat is looked up only, and one that does not end well
    /// becomes a message of its own: no record has to tell its next worker that it is no suspect.
    /// </summary>
    bool IsInGroup => false;

    /// <summary>Fires when the message may have been given to another worker.</summary>
    CancellationToken Lost { get; }

    /// <summary>Why a lost message was taken back, when that is known and was its own fault.</summary>
    /// <param name="held">How long it was ours.</param>
    string? ReasonOfLoss(TimeSpan held) => null;

    /// <summary>
    /// How the attempt ended, once that is recorded; never fails. Set when the attempt has ended, so that its slot is free.
    /// </summary>
    Task<TaskReport>? Report { get; set; }

    /// <summary>Whether the message is certainly still ours; asks the queue when the clock leaves a doubt.</summary>
    bool IsStillHeld();
}
