package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.server.cli.Cli.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class DemoNodesTest {
  private final Cli.Caught caught = new Cli.Caught();
  private final Session session = caught.session(Map.of());
  private final List<String> news = new CopyOnWriteArrayList<>();
  private final int port = twoFreePorts();

  private static int twoFreePorts() {
    while (true) {
      try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket second =
              new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return second.getLocalPort() - 1;
      } catch (IOException e) {
        // Somebody has the second one: try others.
      }
    }
  }

  private DemoNodes nodes(DemoNodes.Program program) {
    return new DemoNodes(program, port, 2, session, new Notices(news::add));
  }

  private Dispatcher shell(DemoNodes nodes) {
    return new Dispatcher(session, nodes.find("foo"), nodes, false, false, nodes.commands(false));
  }

  @Test
  void nodesAreReachedByNameAndLeaveWithTheDemo() {
    DemoNodes nodes = nodes(FakeNode::command);
    nodes.start();
    Dispatcher shell = shell(nodes);
    assertThat(shell.run("get entity_1")).isZero();
    assertThat(shell.run("@bar get entity_1")).isZero();
    nodes.close();
    assertThat(shell.run("get entity_1")).isEqualTo(5);
    assertThat(shell.run("@bar get entity_1")).isEqualTo(5);
    assertThat(news).isEmpty();
  }

  @Test
  void aDeadNodeIsNamedWithTheWayAroundItAndCanBeStartedAgain() {
    try (DemoNodes nodes = nodes(FakeNode::command)) {
      nodes.start();
      Dispatcher shell = shell(nodes);
      assertThat(shell.run("kill foo")).isZero();
      int code = shell.run("get entity_1");
      assertThat(caught.ran(code).err()).contains("foo is down; put @bar before the command");
      assertThat(code).isEqualTo(5);
      assertThat(shell.run("@bar get entity_1")).isZero();
      assertThat(shell.run("restart foo")).isZero();
      assertThat(shell.run("get entity_1")).isZero();
    }
  }

  @Test
  void aNodeThatEndsUnexpectedlyIsNews() {
    try (DemoNodes nodes = nodes(FakeNode::command)) {
      nodes.start();
      long pid = nodes.pid("bar");
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      await().until(() -> !news.isEmpty());
      assertThat(news)
          .containsExactly("bar ended unexpectedly (exit code 137); foo goes on. "
              + "Start it again with: restart bar");
    }
  }

  @Test
  void aNodeThatWasToldToLeaveIsNewsWithoutAlarm() {
    try (DemoNodes nodes = nodes(FakeNode::endingWell)) {
      nodes.start();
      ProcessHandle.of(nodes.pid("bar"))
          .ifPresent(bar -> bar.children().forEach(ProcessHandle::destroyForcibly));
      await().until(() -> news.contains("start it again with: restart bar"));
      assertThat(news).noneMatch(line -> line.contains("unexpectedly"));
    }
  }

  @Test
  void aNodeThatCannotStartEndsTheDemoAndShowsWhy() {
    try (DemoNodes nodes = nodes(FakeNode::failing)) {
      assertThatThrownBy(nodes::start)
          .isInstanceOf(CommandFailure.class)
          .hasMessage("foo could not start (exit code 1)");
      assertThat(news).contains("foo: foo has no database");
    }
  }

  @Test
  void aTakenPortIsNamedBeforeAnythingStarts() {
    try (FakeServer other = new FakeServer("other", port + 1);
        DemoNodes nodes = nodes(FakeNode::failing)) {
      assertThatThrownBy(nodes::start)
          .hasMessageContaining("port " + (port + 1) + " is in use")
          .hasMessageContaining("--http-port");
      assertThat(news).isEmpty();
      assertThat(other.seen).isEmpty();
    }
  }

  @Test
  void moreNodesThanThereAreNamesAreRefused() {
    Ran ran = Cli.run(Map.of(), "demo", "--nodes", "9");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("1 to 8");
  }

  @Test
  void theFolderOfADemoIsRemovedUnlessItWasNamed() {
    DemoFolder temporary = DemoFolder.open(null);
    assertThat(temporary.path().resolve("demo-entities").resolve("entity_1")).exists();
    temporary.close();
    assertThat(temporary.path()).doesNotExist();
  }
}
