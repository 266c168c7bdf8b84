package dev.reveille.push.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WorkKey;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A clearing house can report the pushes that it was sent, and no others.
class RequestReferenceTest {
  private final RequestReference references = new RequestReference(new byte[32]);

  @Test
  void a_reference_leads_back_for_its_clearing_house_only() {
    final var random = new Random(15);
    for (int i = 0; i < 1_000; i++) {
      final var work = new WorkKey(random.nextLong(Long.MAX_VALUE), new TargetKey("i-phone_" + i));
      final var reference = references.of(work, "push.example");
      assertEquals(Optional.of(work), references.read(reference, "push.example"));
      assertEquals(Optional.empty(), references.read(reference, "other.example"));
      final var other = references.of(new WorkKey(i, new TargetKey("i-other")), "push.example");
      final var forged =
          reference.substring(0, reference.lastIndexOf('.'))
              + other.substring(other.lastIndexOf('.'));
      assertEquals(Optional.empty(), references.read(forged, "push.example"));
    }
  }

  @Test
  void what_is_no_reference_leads_nowhere() {
    for (final var text : new String[] {"", ".", "..", "a.b", "1.i-x.", "zz..", "1.i-x.AAAA"}) {
      assertEquals(Optional.empty(), references.read(text, "push.example"), text);
    }
  }

  @Test
  void target_names_with_dots_are_kept() {
    final var work = new WorkKey(7, new TargetKey("a.b.c"));
    assertEquals(
        Optional.of(work), references.read(references.of(work, "push.example"), "push.example"));
  }
}
