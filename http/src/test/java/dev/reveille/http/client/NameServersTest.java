package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine without name servers must not ask those of others.
final class NameServersTest {
  @TempDir private Path folder;

  private boolean isAny(final String text) throws IOException {
    return NameServers.isAnyConfigured(Files.writeString(folder.resolve("resolv.conf"), text));
  }

  @Test
  void a_file_that_names_a_server_is_left_to_the_resolver() throws IOException {
    assertTrue(isAny("search example.org\nnameserver 192.0.2.53\n"));
    assertTrue(isAny("\tnameserver ::1"));
  }

  @Test
  void a_file_without_a_server_or_no_file_means_this_machine() throws IOException {
    assertFalse(isAny(""));
    assertFalse(isAny("# nameserver 192.0.2.53\noptions edns0\nnameserver\n"));
    assertFalse(NameServers.isAnyConfigured(folder.resolve("none")));
  }
}
