package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Public ids of events: how they read, and that each names its event only.
final class EventIdsTest {
  /// The key of the example in FIPS 197, appendix C.1, and the first half of its block.
  private static final IdKey EXAMPLE = new IdKey(0x0001020304050607L, 0x08090a0b0c0d0e0fL);

  private static final long EPOCH = 0x0011223344556677L;
  private static final IdKey KEY = new IdKey(1, 2);
  private static final EventIds IDS = new EventIds(77, KEY);
  private static final List<Long> SEQUENCES =
      List.of(0L, 1L, 9L, 35L, 36L, 1_295L, 1_296L, 4_711L, 1L << 40, Long.MAX_VALUE);

  @Test
  void a_plain_id_is_epoch_and_sequence_in_base_36() {
    assertEquals("25-3mv", IDS.of(4_711));
    for (final long sequence : SEQUENCES) {
      assertEquals(IDS.position(sequence).toString(), IDS.of(sequence));
      assertEquals(Optional.of(sequence), IDS.sequence(IDS.of(sequence)));
    }
  }

  @Test
  void a_plain_id_is_written_into_bytes_as_it_reads() {
    for (final long epoch : new long[] {0, 77, -1, Long.MAX_VALUE}) {
      final var ids = new EventIds(epoch, KEY);
      for (final long sequence : SEQUENCES) {
        final byte[] into = new byte[40];
        Arrays.fill(into, (byte) '.');
        final int end = ids.write(sequence, into, 3);
        assertEquals(3 + ids.length(sequence), end);
        assertEquals(
            "..." + ids.of(sequence) + ".",
            new String(into, 0, end + 1, StandardCharsets.US_ASCII));
      }
    }
  }

  /// What `openssl enc -aes-128-ecb -nopad` says of the same blocks.
  @Test
  void a_sealed_id_is_one_block_of_aes() {
    assertEquals("LUFKNxgtD1QDNcTB48YcKQ", IDS.sealed(4_711));
    final var others = new EventIds(EPOCH, EXAMPLE);
    assertEquals("yEp6MRgDfxMfUFIdGLWVbg", others.sealed(4_711));
    assertEquals(
        Optional.empty(),
        others.sequenceOfSealed("acTg2Gp7BDDYzbeAcLTFWg"),
        "the example itself: its second half is no sequence");
  }

  @Test
  void a_sealed_id_is_turned_back_and_tells_nothing() {
    final var seen = new HashSet<String>();
    for (final long sequence : SEQUENCES) {
      final var sealed = IDS.sealed(sequence);
      assertTrue(sealed.matches("[A-Za-z0-9_-]{22}"), sealed);
      assertEquals(sealed, IDS.sealed(sequence), "the same each time");
      assertEquals(Optional.of(sequence), IDS.sequenceOfSealed(sealed));
      assertEquals(
          Optional.of(sequence), new EventIds(77, KEY).sequenceOfSealed(sealed), "after a restart");
      assertTrue(seen.add(sealed.substring(0, 8)), "neighbours begin differently");
    }
  }

  @Test
  void ids_of_another_store_name_nothing() {
    final var otherEpoch = new EventIds(78, KEY);
    final var otherKey = new EventIds(77, new IdKey(1, 3));
    assertEquals(Optional.empty(), IDS.sequence(otherEpoch.of(5)));
    assertEquals(Optional.empty(), IDS.sequenceOfSealed(otherEpoch.sealed(5)));
    assertEquals(Optional.empty(), IDS.sequenceOfSealed(otherKey.sealed(5)));
    assertNotEquals(IDS.sealed(5), otherKey.sealed(5));
  }

  @Test
  void an_event_has_one_sealed_id() {
    final var sealed = IDS.sealed(5);
    for (char letter = 'A'; letter <= 'z'; letter++) {
      final var other = sealed.substring(0, 21) + letter;
      if ("AQgw".indexOf(letter) < 0) { // a block leaves two bits to the last letter
        assertThrows(IllegalArgumentException.class, () -> IDS.sequenceOfSealed(other), other);
      } else {
        assertEquals(other.equals(sealed), IDS.sequenceOfSealed(other).isPresent(), other);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "25-3mv",
        "acTg2Gp7BDDYzbeAcLTFW",
        "acTg2Gp7BDDYzbeAcLTFWgg",
        "acTg2Gp7BDDYzbeAcLTFW+",
        "acTg2Gp7BDDYzbeAcLTF==",
        "acTg2Gp7BDDYzbeAcLTFWh"
      })
  void what_is_no_sealed_id_is_refused(final String text) {
    assertThrows(IllegalArgumentException.class, () -> IDS.sequenceOfSealed(text));
  }

  @Test
  void the_key_is_not_shown() {
    assertFalse(new IdKey(4_711, 4_712).toString().contains("471"));
  }
}
