//! Makes one module of several that `wasm-split-cli` has taken apart.
//!
//! They are of one kind: they import memory, table and globals of the main module, export nothing, and reach each other
//! through the table only. So what they define can lie side by side: just the numbers by which a module names its own types
//! and functions are moved.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, FunctionSection, ImportSection, Module, TypeSection,
};
use wasmparser::{Parser, Payload, TypeRef};

/// How many bytes of a module are its program: code, data and table entries, without names and other notes.
pub fn size(module: &[u8]) -> Result<u64> {
    let mut size = 0;
    for payload in Parser::new(0).parse_all(module) {
        let range = match payload? {
            Payload::CodeSectionStart { range, .. } => range,
            Payload::DataSection(reader) => reader.range(),
            Payload::ElementSection(reader) => reader.range(),
            _ => continue,
        };
        size += range.end - range.start;
    }
    Ok(size)
}

/// One module that does what all of these do.
pub fn merge<'a>(modules: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>> {
    let mut merged = Merged::default();
    for module in modules {
        merged.add(module)?;
    }
    Ok(merged.finish())
}

#[derive(Default)]
struct Merged {
    types: TypeSection,
    imports: ImportSection,
    /// The number of an import by its kind and its names.
    imported: BTreeMap<(Kind, String, String), u32>,
    functions: FunctionSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
    /// Whether a module names its data by number, which needs their count ahead of the code.
    counts_data: bool,
}

/// What is imported; each kind has numbers of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Memory,
    Table,
    Global,
}

/// Where the things of one module are in the merged one.
struct Moved {
    types: u32,
    functions: u32,
    elements: u32,
    data: u32,
    globals: Vec<u32>,
    tables: Vec<u32>,
    memories: Vec<u32>,
}

impl Merged {
    fn add(&mut self, module: &[u8]) -> Result<()> {
        let mut moved = Moved {
            types: self.types.len(),
            functions: self.functions.len(),
            elements: self.elements.len(),
            data: self.data.len(),
            globals: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(reader) => moved.parse_type_section(&mut self.types, reader)?,
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        self.import(&mut moved, import?)?;
                    }
                }
                Payload::FunctionSection(reader) => moved.parse_function_section(&mut self.functions, reader)?,
                Payload::ElementSection(reader) => moved.parse_element_section(&mut self.elements, reader)?,
                Payload::DataCountSection { .. } => self.counts_data = true,
                Payload::DataSection(reader) => moved.parse_data_section(&mut self.data, reader)?,
                Payload::CodeSectionEntry(body) => moved.parse_function_body(&mut self.code, body)?,
                // Sections that are there, but of nothing.
                Payload::ExportSection(reader) if reader.count() == 0 => {}
                Payload::GlobalSection(reader) if reader.count() == 0 => {}
                Payload::TableSection(reader) if reader.count() == 0 => {}
                Payload::MemorySection(reader) if reader.count() == 0 => {}
                Payload::TagSection(reader) if reader.count() == 0 => {}
                Payload::Version { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::CustomSection(_)
                | Payload::End(_) => {}
                other => bail!("a module is not as expected: it has {other:?}"),
            }
        }
        Ok(())
    }

    fn import(&mut self, moved: &mut Moved, import: wasmparser::Import) -> Result<()> {
        let (kind, numbers) = match import.ty {
            TypeRef::Memory(_) => (Kind::Memory, &mut moved.memories),
            TypeRef::Table(_) => (Kind::Table, &mut moved.tables),
            TypeRef::Global(_) => (Kind::Global, &mut moved.globals),
            other => bail!("a module imports {}.{}, which is {other:?}", import.module, import.name),
        };
        let key = (kind, import.module.to_owned(), import.name.to_owned());
        let number = if let Some(number) = self.imported.get(&key) {
            *number
        } else {
            let number = u32::try_from(self.imported.keys().filter(|(other, ..)| *other == kind).count())?;
            let entity = reencode::RoundtripReencoder.entity_type(import.ty)?;
            self.imports.import(import.module, import.name, entity);
            self.imported.insert(key, number);
            number
        };
        numbers.push(number);
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&self.functions).section(&self.elements);
        if self.counts_data {
            module.section(&DataCountSection { count: self.data.len() });
        }
        module.section(&self.code).section(&self.data);
        module.finish()
    }
}

/// A module names something that it does not import.
#[derive(Debug)]
struct NotImported(u32);

impl fmt::Display for NotImported {
    fn fmt(&self, text: &mut fmt::Formatter) -> fmt::Result {
        write!(text, "a module names an import of the number {}, which it does not have", self.0)
    }
}

impl std::error::Error for NotImported {}

type Refusal = reencode::Error<NotImported>;

fn at(numbers: &[u32], number: u32) -> Result<u32, Refusal> {
    let found = usize::try_from(number).ok().and_then(|number| numbers.get(number)).copied();
    found.ok_or(Refusal::UserError(NotImported(number)))
}

impl Reencode for Moved {
    type Error = NotImported;

    fn type_index(&mut self, number: u32) -> Result<u32, Refusal> {
        Ok(self.types + number)
    }
    fn function_index(&mut self, number: u32) -> Result<u32, Refusal> {
        Ok(self.functions + number)
    }
    fn element_index(&mut self, number: u32) -> Result<u32, Refusal> {
        Ok(self.elements + number)
    }
    fn data_index(&mut self, number: u32) -> Result<u32, Refusal> {
        Ok(self.data + number)
    }
    fn global_index(&mut self, number: u32) -> Result<u32, Refusal> {
        at(&self.globals, number)
    }
    fn table_index(&mut self, number: u32) -> Result<u32, Refusal> {
        at(&self.tables, number)
    }
    fn memory_index(&mut self, number: u32) -> Result<u32, Refusal> {
        at(&self.memories, number)
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, Elements, EntityType, ExportKind, ExportSection, Function, GlobalType, MemoryType,
        RefType, TableType, ValType,
    };
    use wasmparser::Validator;

    use super::*;

    /// A module as `wasm-split-cli` makes them: one function, entered into the table at a place, and a datum. It adds to
    /// the global where it imports one.
    fn module(place: i32, global: bool) -> Module {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([ValType::F64], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        module.section(&types);
        let mut imports = ImportSection::new();
        let memory = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
        imports.import("main", "memory", EntityType::Memory(memory));
        let table =
            TableType { element_type: RefType::FUNCREF, table64: false, minimum: 9, maximum: None, shared: false };
        imports.import("main", "table", EntityType::Table(table));
        if global {
            imports.import(
                "main",
                "stack",
                EntityType::Global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }),
            );
        }
        module.section(&imports);
        let mut functions = FunctionSection::new();
        functions.function(1);
        module.section(&functions);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(place), Elements::Functions([0].as_slice().into()));
        module.section(&elements);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        let mut sink = body.instructions();
        sink.local_get(0).i32_const(place).call_indirect(0, 1);
        if global {
            sink.global_get(0).i32_add().global_set(0).i32_const(0);
        }
        sink.end();
        code.function(&body);
        module.section(&code);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(place * 8), [b'a'; 5]);
        module.section(&data);
        module
    }

    #[test]
    fn what_modules_define_lies_side_by_side() {
        let (a, b, c) = (module(1, false).finish(), module(2, true).finish(), module(3, true).finish());
        let merged = merge([a.as_slice(), &b, &c]).unwrap();
        Validator::new().validate_all(&merged).unwrap();
        let (mut imports, mut functions, mut places, mut data) = (Vec::new(), 0, Vec::new(), 0);
        for payload in Parser::new(0).parse_all(&merged) {
            match payload.unwrap() {
                Payload::ImportSection(reader) => {
                    imports = reader.into_imports().map(|import| import.unwrap().name.to_owned()).collect();
                }
                Payload::FunctionSection(reader) => functions = reader.count(),
                Payload::DataSection(reader) => data = reader.count(),
                Payload::ElementSection(reader) => {
                    for element in reader {
                        let wasmparser::ElementItems::Functions(items) = element.unwrap().items else { panic!() };
                        places.extend(items.into_iter().map(|item| item.unwrap()));
                    }
                }
                _ => {}
            }
        }
        assert_eq!(imports, ["memory", "table", "stack"], "each once");
        assert_eq!((functions, data), (3, 3));
        assert_eq!(places, [0, 1, 2], "each entry names the function of its own module");
        let sizes: u64 = [&a, &b, &c].into_iter().map(|module| size(module).unwrap()).sum();
        assert_eq!(size(&merged).unwrap() + 6, sizes, "all but two counts of each of three sections");
    }

    #[test]
    fn a_module_of_another_kind_is_refused() {
        let mut exporting = module(1, false);
        let mut exports = ExportSection::new();
        exports.export("f", ExportKind::Func, 0);
        // Sections have an order; the parser alone, that does not validate, lets it pass.
        exporting.section(&exports);
        merge([exporting.finish().as_slice()]).unwrap_err();
        merge([b"no wasm".as_slice()]).unwrap_err();
    }
}
