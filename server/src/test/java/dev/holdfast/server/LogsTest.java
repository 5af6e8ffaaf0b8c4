package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a log looks like when a message quotes what somebody sent. */
final class LogsTest {
  private static final String FORGED = "x\n2026-01-01 ERROR all is lost\r\u001b[31m";
  private static final Logger LOG = LoggerFactory.getLogger(LogsTest.class);

  @TempDir
  Path folder;

  @AfterEach
  void silence() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  private List<String> logged(boolean json) throws IOException {
    Path file = folder.resolve("foo.log");
    Logs.toFile(file, new Logs.Form(json, "foo"));
    LOG.warn("asked for {}", FORGED, new IllegalStateException("first\nsecond"));
    silence();
    return Files.readAllLines(file);
  }

  @Test
  void aMessageCannotMakeALineOfItsOwn() throws IOException {
    assertThat(logged(false))
        .filteredOn(line -> line.contains("all is lost"))
        .singleElement()
        .asString()
        .contains("WARN", "asked for x?2026")
        .doesNotContain("\u001b");
  }

  @Test
  void eachEventIsOneObjectWithItsTraceInside() throws IOException {
    List<String> lines = logged(true);
    assertThat(lines).hasSize(1);
    JsonNode event = JsonMapper.shared().readTree(lines.get(0));
    assertThat(event.path("message").asString("")).isEqualTo("asked for " + FORGED);
    assertThat(event.path("level").asString("")).isEqualTo("WARN");
    assertThat(event.path("node").asString("")).isEqualTo("foo");
    assertThat(event.path("error").asString("")).contains("first\nsecond", "LogsTest");
    assertThat(event.path("time").asString("")).matches("\\d{4}-.*Z");
  }
}
