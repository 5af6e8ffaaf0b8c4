package dev.holdfast.verify.peers;

import java.nio.file.Path;

/**
 * Where a peer finds what it needs.
 *
 * @param nodes how many nodes to start
 * @param postgres the port of PostgreSQL on this machine; its superuser needs no password
 * @param database the name of a database there that is for this peer alone
 * @param redis the port of Redis on this machine, 0 if there is none
 * @param folder for files of this peer alone
 */
record Setting(int nodes, int postgres, String database, int redis, Path folder) {
  static final String USER = "postgres";

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + postgres + "/" + database;
  }
}
