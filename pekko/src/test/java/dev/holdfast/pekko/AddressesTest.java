package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static final String HOST = "127.0.0.1";

  @Test
  void whoListensIsToldFromWhoDoesNot() throws IOException {
    String address;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = HOST + ":" + socket.getLocalPort() + "#7";
      assertThat(Addresses.listens(address, HOST, 250)).isTrue();
    }
    assertThat(Addresses.listens(address, HOST, 250)).isFalse();
  }
}
