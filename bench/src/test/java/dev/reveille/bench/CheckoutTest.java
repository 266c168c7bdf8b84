package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whose kept phones are whose.
final class CheckoutTest {
  @TempDir private Path folder;

  @Test
  void a_folder_inside_a_clone_has_no_commit_of_its_own() throws Exception {
    final var inside = Path.of("target", "reveille").toAbsolutePath();
    assertEquals("an unknown commit", new Checkout(inside, false).commit());
  }

  @Test
  void the_build_of_this_process_keeps_phones_in_the_folder_itself() throws Exception {
    final var kept = folder.resolve("kept");
    assertEquals(kept, new Checkout(folder.resolve("reveille"), true).kept(kept));
  }

  @Test
  void phones_of_another_build_are_not_kept_where_no_commit_tells_whose_they_are()
      throws Exception {
    assertNull(other().kept(folder.resolve("kept")));
    assertNull(other().kept(null));
  }

  private Checkout other() {
    return new Checkout(folder.resolve("reveille"), false);
  }
}
