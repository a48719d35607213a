// Model.Save and Model.Load find a component through types that Microsoft.ML keeps internal. This assembly is compiled
// against a copy in which the few types listed in build/Publicize.targets are public; the attribute below, which the
// runtime honours by its name, lets the compiled code reach them in the original assembly.
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]

namespace System.Runtime.CompilerServices;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
