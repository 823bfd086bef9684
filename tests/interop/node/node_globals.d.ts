// Of Node.js's globals what typed_client.ts uses.
declare const process: { argv: string[] };
