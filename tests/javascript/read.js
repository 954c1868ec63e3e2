// Reads workbooks with npm's xlsx and exceljs and recalculates them with HyperFormula; prints JSON, a key a file.
const XLSX = require("xlsx");
const ExcelJS = require("exceljs");
const { HyperFormula } = require("hyperformula");

function bySheetJS(file) {
  const workbook = XLSX.readFile(file);
  const sheets = {};
  for (const name of workbook.SheetNames) {
    sheets[name] = {};
    for (const [cell, content] of Object.entries(workbook.Sheets[name])) {
      if (cell[0] !== "!" && content.v !== undefined) sheets[name][cell] = content.v;
    }
  }
  return [workbook, sheets];
}

async function byExcelJS(file) {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(file);
  const sheets = {};
  let notes = 0;
  for (const sheet of workbook.worksheets) {
    sheets[sheet.name] = {};
    sheet.eachRow((row) => row.eachCell((cell) => {
      sheets[sheet.name][cell.address] = cell.result ?? cell.value;
      notes += typeof cell.note === "string" && cell.note.length > 0 ? 1 : 0;
    }));
  }
  return { sheets, notes };
}

function byHyperFormula(workbook) {
  const sheets = {};
  for (const name of workbook.SheetNames) {
    const sheet = workbook.Sheets[name];
    const { e } = XLSX.utils.decode_range(sheet["!ref"]);
    sheets[name] = Array.from({ length: e.r + 1 }, (_, r) => Array.from({ length: e.c + 1 }, (_, c) => {
      const cell = sheet[XLSX.utils.encode_cell({ r, c })];
      return cell === undefined ? null : cell.f !== undefined ? `=${cell.f}` : cell.v;
    }));
  }
  // It takes names like beta1 for cells, in a column that no other program has; no formula of an epoch table has names.
  const names = workbook.Workbook.Names.filter(({ Name, Sheet }) => Sheet === undefined && !/^[A-Za-z]+\d+$/.test(Name));
  const engine = HyperFormula.buildFromSheets(
    sheets, { licenseKey: "gpl-v3", smartRounding: false },
    names.map(({ Name, Ref }) => ({ name: Name, expression: `=${Ref}` })),
  );
  const values = {};
  for (const name of workbook.SheetNames) {
    values[name] = {};
    engine.getSheetValues(engine.getSheetId(name)).forEach((row, r) => row.forEach((value, c) => {
      if (value !== null && value !== undefined) values[name][XLSX.utils.encode_cell({ r, c })] = value;
    }));
  }
  engine.destroy();
  return values;
}

(async () => {
  const read = {};
  for (const file of process.argv.slice(2)) {
    const [workbook, sheetjs] = bySheetJS(file);
    read[file] = { sheetjs, exceljs: await byExcelJS(file), hyperformula: byHyperFormula(workbook) };
  }
  process.stdout.write(JSON.stringify(read));
})();
