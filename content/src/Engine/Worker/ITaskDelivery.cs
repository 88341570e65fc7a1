namespace TaskQueue.Worker;

/// <summary>What a queue knows about the message whose task is being run.</summary>
public interface ITaskDelivery
{
    /// <summary>1 for the first attempt.</summary>
    int Attempt { get; }

    /// <summary>Fires when the message may have been given to another worker.</summary>
    CancellationToken Lost { get; }

    /// <summary>Whether the message is certainly still ours; asks the queue when the clock leaves a doubt.</summary>
    bool IsStillHeld();
}
