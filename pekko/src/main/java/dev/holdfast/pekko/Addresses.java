package dev.holdfast.pekko;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Pattern;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;

/** Translates between Pekko's addresses and the {@code host:port#uid} that the host knows. */
final class Addresses {
  /** The name of every actor system: nodes that differ in it cannot join each other. */
  static final String SYSTEM = "holdfast";

  private static final Pattern UNIQUE = Pattern.compile("[^\\s#]{1,253}:[0-9]{1,5}#-?[0-9]{1,19}");

  private Addresses() {}

  /** The text, if it is the address of a node, as far as one can see. */
  static String checked(String unique) {
    if (!UNIQUE.matcher(unique).matches()) {
      throw new IllegalArgumentException("not the address of a node");
    }
    return unique;
  }

  static String place(Address address) {
    return address.host().getOrElse(() -> "") + ":" + address.port().getOrElse(() -> 0);
  }

  static String unique(UniqueAddress address) {
    return place(address.address()) + "#" + address.longUid();
  }

  static String place(String unique) {
    return unique.substring(0, unique.indexOf('#'));
  }

  static Address address(String unique) {
    String place = place(unique);
    int colon = place.lastIndexOf(':');
    int port = Integer.parseInt(place.substring(colon + 1));
    return new Address("pekko", SYSTEM, place.substring(0, colon), port);
  }

  /** Whether a connection to it is taken that comes from the host {@code from}. */
  static boolean listens(String unique, String from, int withinMillis) {
    Address address = address(unique);
    String host = address.host().getOrElse(() -> "");
    int port = (int) address.port().getOrElse(() -> 0);
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(host, port), withinMillis);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
