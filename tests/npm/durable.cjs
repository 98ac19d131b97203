// Loaded into Azurite (node --require): it writes its database to disk before it confirms a change, not every five seconds. What the
// service confirms is safe, so a client may rely on it when the process is killed.
const http = require("http");
const Loki = require("lokijs");

// A database is loaded, or saved for the first time.
const databases = new Set();
for (const name of ["loadDatabase", "saveDatabase"]) {
    const original = Loki.prototype[name];
    Loki.prototype[name] = function (...rest) {
        databases.add(this);
        return original.apply(this, rest);
    };
}

// A save that is under way may have begun before the change.
const save = (database) => new Promise((resolve, reject) =>
    database.autosaveDirty() || database.throttledSavePending ? database.saveDatabase((e) => (e ? reject(e) : resolve())) : resolve());

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (...rest) {
    if (this.req.method === "GET" || this.req.method === "HEAD" || this.statusCode >= 300) {
        return end.apply(this, rest);
    }

    Promise.all([...databases].map(save)).then(() => end.apply(this, rest), (e) => this.destroy(e));
    return this;
};
