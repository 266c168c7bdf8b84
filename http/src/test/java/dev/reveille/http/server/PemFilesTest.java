package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFilesTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void a_byte_order_mark_hides_neither_certificate_nor_key() throws Exception {
    final var plain = TestCertificate.in(folder);
    final var certificate = marked(plain.certificate());
    final var key = marked(plain.key());

    assertEquals(PemFiles.certificates(plain.certificate()), PemFiles.certificates(certificate));
    PemFiles.checkPair(PemFiles.certificates(certificate).getFirst(), PemFiles.privateKey(key));
  }

  private Path marked(final Path file) throws Exception {
    return Files.writeString(
        folder.resolve("marked-" + file.getFileName()), "\uFEFF" + Files.readString(file));
  }

  @Test
  void files_that_cannot_be_read_are_told_from_missing_ones() throws Exception {
    final var plain = TestCertificate.in(folder);
    assertEquals("there is no file not-there.pem", said(Path.of("not-there.pem"), plain.key()));
    final var key = folder.resolve("not-there.key");
    assertEquals("there is no file " + key, said(plain.certificate(), key));
    assertEquals(folder + " cannot be read", said(plain.certificate(), folder));
  }

  private static String said(final Path certificate, final Path key) {
    final var words =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class, () -> TlsContexts.of(certificate, key, false))
                .getMessage());
    return words.substring(words.indexOf(": ") + 2);
  }
}
