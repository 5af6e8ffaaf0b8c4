package dev.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.Database;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a node is told that cannot start on PostgreSQL. */
final class PostgresOpeningTest {
  private static final int SHARDS = 16;

  private String name = "";

  @BeforeEach
  void makeDatabase() {
    name = EmbeddedServer.newDatabase();
  }

  private void open() {
    open(EmbeddedServer.settings(name));
  }

  private static void open(Database.Settings settings) {
    try (Database database = new JdbcDatabaseProvider().open(settings)) {
      database.arbiter().open(SHARDS, 1);
    }
  }

  private static Database.Settings settings(String url, String user, String password) {
    return new Database.Settings(url, user, password, EmbeddedServer.LEASE_TTL);
  }

  /** Why a start is refused: one line for a person, with no trace of the driver in it. */
  private static String refusal(Database.Settings settings) {
    CannotStart refusal = catchThrowableOfType(CannotStart.class, () -> open(settings));
    assertThat(refusal).isNotNull();
    return assertThat(refusal.getMessage())
        .doesNotContain("\n", "PSQLException", "FATAL", "jdbc:")
        .matches(".*[.?]")
        .actual();
  }

  private String refusal() {
    return refusal(EmbeddedServer.settings(name));
  }

  @Test
  void tablesOfSomebodyElseAreRefused() {
    EmbeddedServer.execute(name, "CREATE TABLE holdfast_entity (id int)");
    assertThat(refusal())
        .contains("localhost:" + EmbeddedServer.port() + "/" + name, "no holdfast_claim");
  }

  @Test
  void tablesOfAnotherShapeAreRefused() {
    open();
    EmbeddedServer.execute(name, "ALTER TABLE holdfast_node RENAME heartbeat TO pulse");
    assertThat(refusal()).contains("holdfast_node without heartbeat");
  }

  @Test
  void tablesWithRowsButNoClusterAreRefused() {
    open();
    EmbeddedServer.execute(name, "DELETE FROM holdfast_cluster");
    assertThat(refusal()).contains("none in holdfast_cluster");
  }

  @Test
  void anotherSchemaVersionIsRefused() {
    open();
    EmbeddedServer.execute(name, "UPDATE holdfast_cluster SET schema_version = 7");
    EmbeddedServer.execute(name, "ALTER TABLE holdfast_node RENAME heartbeat TO pulse");
    assertThat(refusal()).contains("schema version 7", "needs 2");
  }

  @Test
  void whoMayNotMakeTablesIsToldThatThereAreNone() {
    Database.Settings node = EmbeddedServer.settings(name);
    Database.Settings checker =
        new Database.Settings(node.url(), node.user(), node.password(), node.leaseTtl(), false);
    assertThat(refusal(checker)).contains("has no tables", "holdfast schema create");
    assertThat(refusal(checker)).contains("has no tables");
    open(node);
    open(checker);
  }

  @Test
  void tablesMadeByHandAreFilled() {
    EmbeddedServer.execute(name, JdbcDatabaseProvider.ddl(EmbeddedServer.url(name)));
    open();
    try (Database database = EmbeddedServer.connect(name)) {
      database.arbiter().open(SHARDS, 1);
      assertThat(database.arbiter().claim(SHARDS - 1)).isPresent();
    }
  }

  @Test
  void otherTablesAreLeftAlone() {
    EmbeddedServer.execute(name, "CREATE TABLE holdfasting (id int)");
    EmbeddedServer.execute(name, "CREATE SCHEMA other CREATE TABLE holdfast_entity (id int)");
    open();
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String url = "jdbc:postgresql://localhost:" + port + "/shop";
    assertThat(refusal(settings(url, "me", "secret")))
        .contains("localhost:" + port + "/shop", "connection refused", "Is it running")
        .doesNotContain("secret");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      String url = "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/shop";
      assertThat(refusal(settings(url, "me", ""))).contains("cannot be reached", "/shop");
    }
  }

  @Test
  void aServerThatIsStartingIsWaitedFor() throws IOException {
    try (ServerSocket starting = new ServerSocket(0)) {
      Thread server = new Thread(() -> answer(starting, "57P03", "3D000"));
      server.start();
      String url =
          "jdbc:postgresql://localhost:" + starting.getLocalPort() + "/shop?sslmode=disable";
      assertThat(refusal(settings(url, "me", ""))).contains("/shop", "Make it with");
    }
  }

  /** Refuses one connection after the other, each with its state. */
  private static void answer(ServerSocket server, String... states) {
    for (String state : states) {
      try (Socket client = server.accept();
          DataInputStream in = new DataInputStream(client.getInputStream());
          DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
        in.readNBytes(in.readInt() - Integer.BYTES);
        byte[] fields = "SFATAL\0C%s\0Mno\0\0".formatted(state).getBytes(StandardCharsets.US_ASCII);
        out.writeByte('E');
        out.writeInt(Integer.BYTES + fields.length);
        out.write(fields);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void aHostThatDoesNotExistIsNamed() {
    assertThat(refusal(settings("jdbc:postgresql://no-such-host.invalid/shop", "me", "")))
        .contains("no-such-host.invalid:5432/shop", "name is unknown");
  }

  @Test
  void aDatabaseThatDoesNotExistIsNamed() {
    assertThat(refusal(settings(EmbeddedServer.url("nowhere"), EmbeddedServer.USER, "")))
        .contains("/nowhere", "does not exist", "CREATE DATABASE");
  }

  @Test
  void aWrongPasswordIsToldWithoutRepeatingIt() throws IOException, SQLException {
    EmbeddedServer.execute(name, "CREATE ROLE careful LOGIN PASSWORD 'right'");
    demandPasswordOf("careful");
    assertThat(refusal(settings(EmbeddedServer.url(name), "careful", "guessed")))
        .contains("user careful", "password")
        .doesNotContain("guessed");
    assertThat(refusal(settings(EmbeddedServer.url(name), "careful", "")))
        .contains("user careful", "password");
    assertThat(refusal(settings(EmbeddedServer.url(name), "nobody", ""))).contains("user nobody");
  }

  private void demandPasswordOf(String role) throws IOException, SQLException {
    try (Connection connection = EmbeddedServer.outsider(name);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW hba_file")) {
      result.next();
      Path rules = Path.of(result.getString(1));
      String rule = "host all " + role + " all scram-sha-256\n";
      Files.writeString(rules, rule + Files.readString(rules));
    }
    EmbeddedServer.execute(name, "SELECT pg_reload_conf()");
  }

  @Test
  void aRoleThatMayNotMakeTablesIsToldHowToGoOn() {
    EmbeddedServer.execute(name, "REVOKE CREATE ON SCHEMA public FROM public");
    EmbeddedServer.execute(name, "CREATE ROLE humble LOGIN");
    Database.Settings humble = settings(EmbeddedServer.url(name), "humble", "");
    assertThat(refusal(humble)).contains("user humble", "permission denied", "Grant");

    EmbeddedServer.execute(name, JdbcDatabaseProvider.ddl(humble.url()));
    EmbeddedServer.execute(
        name, "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO humble");
    assertThat(refusal(humble)).contains("user humble", "DELETE", "holdfast_history");
    EmbeddedServer.execute(name, "GRANT DELETE ON holdfast_history TO humble");
    open(humble);
    try (Database database = new JdbcDatabaseProvider().open(humble)) {
      database.arbiter().open(SHARDS, 1);
      OptionalLong epoch =
          database.arbiter().register("uuid", "foo", "engine://foo", "", NodeProcess.TTL);
      assertThat(epoch).isPresent();
      assertThat(database.arbiter().claim(1, epoch.orElseThrow())).isPresent();
    }
  }

  @Test
  void aDatabaseOfAnotherEncodingIsRefused() {
    EmbeddedServer.execute(
        "postgres", "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
    assertThat(refusal(EmbeddedServer.settings("ascii"))).contains("SQL_ASCII", "UTF8");
  }

  @Test
  void aServerThatMayLoseChangesIsWarnedOf() {
    EmbeddedServer.execute(name, "ALTER DATABASE " + name + " SET synchronous_commit = off");
    Logger logger = (Logger) LoggerFactory.getLogger(PostgresOpening.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    try {
      open();
    } finally {
      logger.setAdditive(true);
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .contains("synchronous_commit = off");
  }

  @Test
  void aDatabaseSaysWhatItIs() {
    try (Database database = EmbeddedServer.connect(name)) {
      String place = "at localhost:" + EmbeddedServer.port() + "/" + name;
      assertThat(database.describe()).isEqualTo("PostgreSQL " + place);
      database.arbiter().open(SHARDS, 1);
      assertThat(database.describe()).matches("PostgreSQL \\d+\\.\\d+ " + place);
    }
  }
}
