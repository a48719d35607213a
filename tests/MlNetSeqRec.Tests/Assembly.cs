// Each test that trains uses all cores by itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
