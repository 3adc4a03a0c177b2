"""Counts, of each generated client, the operations that were dropped and the members of no type: both must be none.

What a generator writes into every client whatever the document says (the index of unknown headers, JSON in and out) is
no member.
"""
import json, pathlib, re, sys

out = pathlib.Path(sys.argv[1])
spec = json.loads((out / "openapi.json").read_text())
METHODS = ("get", "put", "post", "patch", "delete")
ids = {item[method]["operationId"] for item in spec["paths"].values() for method in METHODS if method in item}


def text(pattern):
    return "\n".join(file.read_text() for file in sorted(out.glob(pattern)))


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def members(pattern, line, loose, besides="additional_properties|__properties"):
    found = re.findall(line, text(pattern), re.M)
    return [one for one in found if re.search(loose, one) and not re.search(besides, one)]


typescript = re.sub(r"/\*.*?\*/", "", text("ts/schema.d.ts"), flags=re.S).replace("[name: string]: unknown;", "")
python_field = r"^    [a-z_0-9]+: .*$"
table = {
    "openapi-typescript": (
        ids - set(re.findall(r"^    (\w+): \{$", typescript.split("export interface operations")[-1], re.M)),
        re.findall(r".*\b(?:any|unknown|object)\b.*", typescript)),
    "openapi-python-client": (
        ids - {file.stem for file in out.glob("python/yangpin_client/api/*/*.py")},
        members("python/yangpin_client/models/*.py", python_field, r"\b(Any|object)\b")),
    "openapi-generator python": (
        ids - set(re.findall(r"^    def (\w+)\($", text("generator/yangpin/api/*.py"), re.M)),
        members("generator/yangpin/models/*.py", python_field, r"\b(Any|object)\b")),
    "openapi-generator go": (
        {name for name in ids if f") {camel(name)}(ctx " not in text("go/yangpin/api_*.go")},
        members("go/yangpin/model_*.go", r"^\t[A-Z]\w+ .*`json:.*$", r"interface\{\}", "$^")),
}
print(f"{'generator':26}{'operations':>12}{'dropped':>9}{'without a type':>16}")
for name, (dropped, loose) in table.items():
    print(f"{name:26}{len(ids):>12}{len(dropped):>9}{len(loose):>16}", *sorted(dropped), *loose)
sys.exit(any(dropped or loose for dropped, loose in table.values()))
