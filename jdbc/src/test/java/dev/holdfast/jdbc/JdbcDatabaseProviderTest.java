package dev.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.Database;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JdbcDatabaseProviderTest {
  private final JdbcDatabaseProvider provider = new JdbcDatabaseProvider();

  private static Database.Settings settings(String url) {
    return new Database.Settings(url, "", "", Duration.ofSeconds(3));
  }

  @Test
  void itIsFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Database.Provider.class))
        .hasAtLeastOneElementOfType(JdbcDatabaseProvider.class);
  }

  @Test
  void itAcceptsBothKindsOfUrlAndNoOther() {
    assertThat(provider.accepts("jdbc:postgresql://host/shop")).isTrue();
    assertThat(provider.accepts("jdbc:sqlite:shop.db")).isTrue();
    assertThat(provider.accepts("jdbc:mysql://host/shop")).isFalse();
    assertThat(provider.accepts("postgresql://host/shop")).isFalse();
    assertThatExceptionOfType(CannotStart.class)
        .isThrownBy(() -> provider.open(settings("jdbc:h2:mem:secret")))
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://host/shop?password=secret",
        "jdbc:postgresql://host/shop?ssl=true&PASSWORD=secret",
        "jdbc:postgresql://host/shop?user=secret",
        "jdbc:postgresql://me:secret@host/shop",
        "jdbc:postgresql://host/shop?sslpassword=secret"
      })
  void credentialsInAUrlAreRefusedAndNotRepeated(String url) {
    assertThatExceptionOfType(CannotStart.class)
        .isThrownBy(() -> provider.open(settings(url)))
        .withMessageContaining("settings for user and password")
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:sqlite:",
        "jdbc:sqlite::memory:",
        "jdbc:sqlite:file::memory:?cache=shared",
        "jdbc:sqlite:shop.db?journal_mode=DELETE",
        "jdbc:sqlite:file:shop.db",
        "jdbc:postgresql://host:port/shop"
      })
  void aUrlThatCannotWorkIsRefusedWithAnExample(String url) {
    assertThatExceptionOfType(CannotStart.class)
        .isThrownBy(() -> provider.open(settings(url)))
        .withMessageContaining("like jdbc:");
  }

  @Test
  void preparingADatabaseConnectsToNothing() {
    try (Database database = provider.open(settings("jdbc:postgresql://no-host.invalid/shop"))) {
      assertThat(database.describe()).isEqualTo("PostgreSQL at no-host.invalid:5432/shop");
      assertThat(database.writers()).isEqualTo(2);
    }
    try (Database database = provider.open(settings("jdbc:sqlite:/no/such/folder/shop.db"))) {
      assertThat(database.describe()).isEqualTo("SQLite file /no/such/folder/shop.db");
      assertThat(database.writers()).isEqualTo(1);
    }
  }

  @Test
  void theDdlIsThereToBeRead() {
    assertThat(JdbcDatabaseProvider.ddl("jdbc:postgresql:"))
        .contains("-- ", "CREATE TABLE holdfast_entity", "IDENTITY");
    assertThat(JdbcDatabaseProvider.ddl("jdbc:sqlite:"))
        .contains("-- ", "CREATE TABLE holdfast_entity", "AUTOINCREMENT");
  }
}
