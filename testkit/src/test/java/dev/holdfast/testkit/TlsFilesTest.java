package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.runtime.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsFilesTest {
  private static final Duration LATER = Duration.ofSeconds(5);

  @TempDir
  Path folder;

  private final TestAuthority authority = new TestAuthority("authority", Instant.now());
  private final AtomicLong nanos = new AtomicLong();

  private TlsFiles read(TestAuthority.Issued issued) {
    return TlsFiles.read(
        issued.certificate(), issued.key(), authority.certificate(folder), nanos::get);
  }

  @Test
  void filesThatHaveChangedAreInUseAFewSecondsLater() throws IOException {
    TestAuthority.Issued issued = authority.issue(folder, "foo", "localhost");
    TlsFiles files = read(issued);
    SSLContext before = files.context();
    authority.issue(folder, "foo", "localhost", "another.example");
    Files.setLastModifiedTime(issued.certificate(), FileTime.from(Instant.now().plusSeconds(10)));

    assertThat(files.context()).isSameAs(before);
    nanos.addAndGet(LATER.toNanos());
    SSLContext after = files.context();
    assertThat(after).isNotSameAs(before);
    nanos.addAndGet(LATER.toNanos());
    assertThat(files.context()).isSameAs(after);
  }

  @Test
  void filesThatCannotBeUsedAnyMoreLeaveTheOldOnesInUse() throws IOException {
    TestAuthority.Issued issued = authority.issue(folder, "foo", "localhost");
    TlsFiles files = read(issued);
    SSLContext before = files.context();
    Files.writeString(issued.key(), "half of it");
    nanos.addAndGet(LATER.toNanos());

    assertThat(files.context()).isSameAs(before);
  }

  @Test
  void aCertificateThatHasExpiredIsRefusedAtTheStart() {
    assertThatThrownBy(() -> read(authority.issueExpired(folder, "foo", "localhost")))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("foo.pem for TLS: it is valid from")
        .hasMessageContaining("renew it");
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsRefused() throws IOException {
    TestAuthority.Issued foo = authority.issue(folder, "foo", "localhost");
    TestAuthority.Issued bar = authority.issue(folder, "bar", "localhost");
    Files.copy(bar.key(), foo.key(), StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> read(foo))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("not the one of the certificate");
  }

  @Test
  void whatIsNoKeyOrNoCertificateIsToldWithWhatToDo() throws IOException {
    TestAuthority.Issued issued = authority.issue(folder, "foo", "localhost");
    String key = Files.readString(issued.key());
    Files.writeString(issued.key(), key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    assertThatThrownBy(() -> read(issued)).hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    Files.writeString(issued.key(), "nothing");
    assertThatThrownBy(() -> read(issued)).hasMessageContaining("holds no private key");
    Files.writeString(issued.certificate(), "nothing");
    assertThatThrownBy(() -> read(issued)).hasMessageContaining("foo.pem");
    Files.delete(issued.certificate());
    assertThatThrownBy(() -> read(issued)).hasMessageContaining("it cannot be read");
  }
}
