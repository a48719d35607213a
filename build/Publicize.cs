// Writes a copy of an assembly in which a list of its internal types, and their members, are public.
// The copy is for the compiler only: it stays under obj/, and at run time the original assembly is used
// (see src/MlNetSeqRec/Interop/IgnoresAccessChecksTo.cs).
//
// Usage: dotnet run --file Publicize.cs -- INPUT.dll OUTPUT.dll Type [Type+Nested ...]
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

byte[] image = File.ReadAllBytes(args[0]);
var wanted = args.Skip(2).ToHashSet();
using var pe = new PEReader(new MemoryStream(image));
MetadataReader metadata = pe.GetMetadataReader();
int metadataStart = pe.PEHeaders.MetadataStartOffset;

int FlagsAt(TableIndex table, int row, int column) =>
    metadataStart + metadata.GetTableMetadataOffset(table) + ((row - 1) * metadata.GetTableRowSize(table)) + column;

string NameOf(TypeDefinitionHandle handle)
{
    TypeDefinition type = metadata.GetTypeDefinition(handle);
    string name = metadata.GetString(type.Name);
    return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(outer)}+{name}"
        : type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
}

// ECMA-335 II.23.1: member access is the low three bits; 2 = private protected, 3 = internal, 4 = protected, 6 = public.
void Widen(int at) => image[at] = (byte)((image[at] & ~7) | ((image[at] & 7) switch { 2 => 4, 3 => 6, int other => other }));

foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
{
    if (!wanted.Remove(NameOf(handle)))
        continue;
    TypeDefinition type = metadata.GetTypeDefinition(handle);
    int typeFlags = FlagsAt(TableIndex.TypeDef, MetadataTokens.GetRowNumber(handle), 0);
    image[typeFlags] = (byte)((image[typeFlags] & ~7) | (type.GetDeclaringType().IsNil ? 1 : 2));
    foreach (MethodDefinitionHandle method in type.GetMethods())
        Widen(FlagsAt(TableIndex.MethodDef, MetadataTokens.GetRowNumber(method), 6));
    foreach (FieldDefinitionHandle field in type.GetFields())
        Widen(FlagsAt(TableIndex.Field, MetadataTokens.GetRowNumber(field), 0));
}

if (wanted.Count > 0)
{
    Console.Error.WriteLine($"error SEQREC001: {Path.GetFileName(args[0])} has no type {string.Join(", ", wanted)}: " +
        "this version of Microsoft.ML differs from the one that src/MlNetSeqRec/Interop was written for");
    return 1;
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllBytes(args[1], image);
return 0;
