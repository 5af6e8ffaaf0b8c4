package dev.holdfast.jdbc;

import dev.holdfast.NotDone.CannotStart;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A PostgreSQL URL, checked.
 *
 * @param text the URL
 * @param place {@code host:port/database}, for messages
 */
record PostgresUrl(String text, String place) {
  private static final Pattern CREDENTIALS =
      Pattern.compile("[?&](user|password|sslpassword)=|^jdbc:postgresql://[^/?]*@");

  static PostgresUrl of(String url) {
    if (CREDENTIALS.matcher(url.toLowerCase(Locale.ROOT)).find()) {
      throw new CannotStart("The database's URL holds a user or a password, and would show it in "
          + "logs and process lists. Take it out, and use the settings for user and password.");
    }
    Properties properties = Driver.parseURL(url, null);
    if (properties == null) {
      throw new CannotStart("The database's URL cannot be understood. It should look like "
          + "jdbc:postgresql://host:port/database.");
    }
    return new PostgresUrl(url, place(properties));
  }

  private static String place(Properties properties) {
    String[] hosts = list(properties, PGProperty.PG_HOST, "localhost");
    String[] ports = list(properties, PGProperty.PG_PORT, "5432");
    StringBuilder place = new StringBuilder();
    for (int i = 0; i < hosts.length; i++) {
      place.append(i == 0 ? "" : ",").append(hosts[i]);
      place.append(':').append(ports[Math.min(i, ports.length - 1)]);
    }
    String database = properties.getProperty(PGProperty.PG_DBNAME.getName(), "");
    return place + "/" + database;
  }

  private static String[] list(Properties properties, PGProperty property, String otherwise) {
    return properties.getProperty(property.getName(), otherwise).split(",", -1);
  }
}
