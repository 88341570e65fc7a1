using System.Reflection;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Logging;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Telemetry;
using TaskQueue.Worker.Attempts;
using TaskQueue.Worker.Deliveries;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Worker;

/// <summary>Puts a worker together and runs it until it leaves.</summary>
public static class WorkerHost
{
    private const int SpareThreads = 16;

    /// <summary>How often it looks for the queue file.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <param name="settings">Checked settings.</param>
    /// <param name="request">When to leave.</param>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="configureServices">Registers what the constructors of the tasks ask for.</param>
    /// <returns>0, or 75 when the worker left before the queue was empty although it was to wait for that.</returns>
    /// <exception cref="TaskQueueException">Queue or store cannot be used.</exception>
    public static async Task<ExitCode> RunAsync(
        TaskQueueSettings settings, WorkerRequest request, Assembly tasks, Action<IServiceCollection>? configureServices)
    {
        var catalog = new TaskCatalog(tasks);
        var store = StoreKinds.Open(settings.CloudPath, settings.ProjectRoot);
        await store.ProbeAsync();
        await new RecordStore(store).PrepareAsync();
        await using var queue = await OpenQueueAsync(settings, TaskLimits.OfQueue(tasks, settings), request);
        if (queue is null)
            return ExitCode.Done;

        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddTaskLogging(builder.Configuration, request.IsVerbose);
        if (request.Stopping is not null)
        {
            builder.Logging.SetMinimumLevel(request.IsVerbose ? LogLevel.Debug : LogLevel.Warning);
            // The usual one takes Ctrl-C and SIGTERM for itself.
            builder.Services.AddSingleton<IHostLifetime, LifetimeOfProgram>();
        }
        configureServices?.Invoke(builder.Services);
        builder.Services.AddExecutor(
                settings, catalog, store, new RecordStore(store), catalog.Build, queue is IConsumedQueue ? Math.Max(settings.Prefetch, settings.Concurrency) : int.MaxValue)
            .AddSingleton(request).AddSingleton<WorkerCounts>().AddSingleton<TaskBudget>().AddSingleton<GroupRunner>()
            .AddSingleton(services => new Pace(settings.TasksPerMinute, services.GetRequiredService<TimeProvider>()))
            .AddSingleton(queue).AddSingleton(Destination.Of(queue.Location));
        // Started first, and stopped last.
        builder.Services.AddHostedService(services => services.GetRequiredService<WorkerHooks>());
        if (request.Draw is not null || Collector.IsNamed)
            builder.Services.AddSingleton<QueueBacklog>().AddHostedService(services => services.GetRequiredService<QueueBacklog>());
        var warnings = await AddQueueAsync(builder.Services, queue, settings);
        await BuildCheck.CheckRunAsync(settings, new RecordStore(store), queue, catalog.Build);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Drain + WorkerLifetime.ToExit);

        // Tasks that block their threads must not keep the worker itself, nor a client's renewals, from the pool.
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(Math.Max(threads, settings.Concurrency + SpareThreads), Math.Max(ports, SpareThreads));
        using var host = builder.Build();
        var processors = request.IsOneOfSeveral ? [] : Processors.FindWarnings(1, settings.Concurrency, settings.Threads);
        foreach (var warning in MemoryWarnings(catalog, settings).Concat(processors).Concat(warnings))
            host.Services.GetRequiredService<ILogger<WorkerLoop>>().LogWarning("{Warning}", warning);
        return await RunAsync(host, settings, request, service: tasks.GetName().Name!);
    }

    /// <summary>Compares what its tasks say they need with what this machine, or the limit of its container, has.</summary>
    private static IEnumerable<string> MemoryWarnings(TaskCatalog tasks, TaskQueueSettings settings)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return from task in tasks.Tasks
               where new TaskLimits(task.Settings, settings).Memory * settings.Concurrency > available
               select $"{settings.Concurrency} rows of {task.Name} at once need {(long)settings.Concurrency * task.Settings.MemoryMegabytes:N0} MiB by MemoryMegabytes of its [TaskSettings]; "
                   + $".NET finds {available >> 20:N0} MiB here. Lower WORKER_CONCURRENCY, or give the worker more memory";
    }

    /// <summary>Waits for a queue file that the first insert will make; one that waits for the queue's end does not.</summary>
    /// <returns>Null when it was told to stop meanwhile.</returns>
    private static async Task<ITaskQueue?> OpenQueueAsync(TaskQueueSettings settings, QueueLimits limits, WorkerRequest request)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.Stopping ?? request.Leaving);
        using var guard = request.Stopping is null ? new ExitGuard(new WorkerCounts(), stop.Cancel) : null;
        for (var isToldYet = false; !stop.IsCancellationRequested; isToldYet = true)
        {
            try
            {
                return QueueKinds.Open(settings.QueuePath, settings.ProjectRoot, limits, mayCreate: false);
            }
            catch (TaskQueueException e) when (e.IsTransient && !request.ExitWhenEmpty)
            {
                if (!isToldYet)
                    await Console.Error.WriteLineAsync($"Waiting for the queue. {TaskQueueException.Summarize(e)}");
                await Task.Delay(Retry, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return null;
    }

    private static async Task<ExitCode> RunAsync(IHost host, TaskQueueSettings settings, WorkerRequest request, string service)
    {
        // Made now, because nothing is leased for tasks that cannot be made.
        host.Services.GetRequiredService<TaskInstances>();
        // Asked for before the host disposes of its services at the end of its run.
        var (lifetime, counts) = (host.Services.GetRequiredService<WorkerLifetime>(), host.Services.GetRequiredService<WorkerCounts>());
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        var application = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using IDisposable guard = request.Stopping is { } stopping
            ? stopping.UnsafeRegister(static host => ((IHostApplicationLifetime)host!).StopApplication(), application)
            : new ExitGuard(counts, application.StopApplication);
        await using var leaving = request.Leaving.UnsafeRegister(static host => ((IHostApplicationLifetime)host!).StopApplication(), application);
        using var health = new HealthReporter(settings.ProjectRoot, host.Services.GetRequiredService<ILogger<HealthReporter>>());
        application.ApplicationStarted.Register(health.TakesTasks);
        var deadline = lifetime.Deadline;
        // A worker inside another program is that program's to watch.
        var worker = host.Services.GetRequiredService<WorkerIdentity>();
        var collector = request.Stopping is null ? Collector.Start(service, worker.Build, worker.Name) : null;
        try
        {
            await host.RunAsync();
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // A part that did not stop in time ends with the process.
            lifetime.AbandonedTask |= counts.Running > 0;
        }
        catch (OperationCanceledException) when (application.ApplicationStopping.IsCancellationRequested)
        {
            // It was stopped while it started.
        }
        finally
        {
            collector?.Leave(lifetime.TimeLeft);
        }

        // The host itself ends in silence when a service has failed.
        foreach (var failure in services.Select(service => service.ExecuteTask?.Exception).OfType<AggregateException>())
            lifetime.Fail(failure.GetBaseException());
        return lifetime.ExitCode(request);
    }

    /// <summary>A broker that pushes has a transport of its own; what is leased goes through a bus in memory.</summary>
    /// <returns>What a person should know before tasks run.</returns>
    private static async Task<IReadOnlyList<string>> AddQueueAsync(IServiceCollection services, ITaskQueue queue, TaskQueueSettings settings)
    {
        if (queue is IConsumedQueue consumed)
        {
            services.AddSingleton(consumed).AddSingleton<DeliveryFilter>();
            AddLoop<ConsumeLoop>(
                services, bus => consumed.AddTransport(bus, Math.Max(settings.Prefetch, settings.Concurrency), ConsumeLoop.Configure));
            return await consumed.PrepareAsync(CancellationToken.None);
        }
        services.AddSingleton((ILeaseQueue)queue).AddSingleton<LeaseDispatcher>();
        AddLoop<LeaseLoop>(services, bus => bus.UsingInMemory(
            (_, transport) => transport.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: true)));
        return await queue.FindWarningsAsync(CancellationToken.None);
    }

    private static void AddLoop<TLoop>(IServiceCollection services, Action<IBusRegistrationConfigurator> addTransport) where TLoop : WorkerLoop =>
        services.AddMassTransit(bus =>
        {
            bus.AddConsumer<TaskConsumer>();
            // It would tell a host of MassTransit's about this worker.
            bus.DisableUsageTelemetry();
            addTransport(bus);
        })
        // Stopped in the reverse order: the moving line goes last.
        .AddHostedService<ProgressReporter>().AddHostedService<WorkerReporter>().AddHostedService<TLoop>();

    /// <summary>Of a worker inside another program: that one alone says when to stop.</summary>
    private sealed class LifetimeOfProgram : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
