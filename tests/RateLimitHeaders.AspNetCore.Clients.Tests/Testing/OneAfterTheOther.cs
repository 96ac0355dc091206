// Clients are timed, and a browser that starts meanwhile would take the processor from them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
