package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a start of TLS loads, in a process of its own.
final class TlsStartTest {
  @TempDir private Path folder = Path.of("");

  /// Makes the context and an engine for one connection.
  static final class Start {
    private Start() {}

    static void main(final String... files) {
      final var tls = TlsContexts.of(Path.of(files[0]), Path.of(files[1]), true);
      System.out.println(tls.get().newEngine(UnpooledByteBufAllocator.DEFAULT).getClass());
    }
  }

  // Bouncy Castle is on the class path for certificates and HPKE; reading it takes half a second.
  @Test
  void no_class_of_another_provider_is_loaded() throws Exception {
    final var certificate = TestCertificate.in(folder);
    final var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName(),
                certificate.certificate().toString(),
                certificate.key().toString())
            .redirectErrorStream(true)
            .start();
    try {
      final var said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertEquals(0, process.waitFor(), said::toString);
      assertTrue(said.stream().anyMatch(line -> line.contains("SSLEngine")), said::toString);
      assertEquals(
          List.of(), said.stream().filter(line -> line.contains("org.bouncycastle.")).toList());
    } finally {
      process.destroyForcibly();
    }
  }
}
