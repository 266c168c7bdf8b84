package dev.reveille.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// Builds and reads the public ids of a store's events; no other class does.
///
/// An id is the store's epoch and the event's sequence, 8 bytes each. It has two spellings:
///
/// - *plain*, `EPOCH-SEQUENCE`, the text of the event's [Position]: what version 1 of the API and
///   the devices see. Who sees two of them knows how many events were accepted in between.
/// - *sealed*, 22 letters of base64url: the same 16 bytes, enciphered as one block of AES with a
///   key of the store. It tells nothing, and is turned back without a table.
///
/// An id of another store, or of an earlier epoch of this one, names no event.
///
/// Thread-safe: the lock guards the ciphers, which keep a state while they work.
public final class EventIds {
  private static final int RADIX = 36;
  private static final int SEALED_LETTERS = 22;
  private static final Base64.Encoder TO_LETTERS = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder FROM_LETTERS = Base64.getUrlDecoder();

  private final long epoch;
  private final byte[] prefix;
  private final Object lock = new Object();
  private final Cipher sealing;
  private final Cipher opening;

  /// @param epoch of the store
  public EventIds(final long epoch, final IdKey key) {
    final var first = new Position(epoch, 0).toString();
    this.epoch = epoch;
    this.prefix = first.substring(0, first.length() - 1).getBytes(StandardCharsets.US_ASCII);
    this.sealing = cipher(Cipher.ENCRYPT_MODE, key);
    this.opening = cipher(Cipher.DECRYPT_MODE, key);
  }

  @SuppressWarnings(
      "InsecureCryptoUsage") // one block, and each has other bytes: modes are for more
  private static Cipher cipher(final int mode, final IdKey key) {
    try {
      final var cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(mode, new SecretKeySpec(bytes(key.high(), key.low()), "AES"));
      return cipher;
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
  }

  /// Drawn when the store is made; part of every id.
  public long epoch() {
    return epoch;
  }

  /// The event's place in an inbox.
  public Position position(final long sequence) {
    return new Position(epoch, sequence);
  }

  // ---- plain ----------------------------------------------------------------------------------

  /// The plain id.
  public String of(final long sequence) {
    return position(sequence).toString();
  }

  /// The sequence that a plain id names; empty for an id of another store. Whether there is such an
  /// event is another question.
  ///
  /// @throws IllegalArgumentException when it is no id
  public Optional<Long> sequence(final String id) {
    return ours(Position.of(id));
  }

  /// How many letters the plain id has.
  public int length(final long sequence) {
    int digits = 1;
    for (long rest = sequence / RADIX; rest > 0; rest /= RADIX) {
      digits++;
    }
    return prefix.length + digits;
  }

  /// Writes the plain id in ASCII, for answers that are put together from bytes.
  ///
  /// @return where it ends, [#length] behind `at`
  public int write(final long sequence, final byte[] into, final int at) {
    final int end = at + length(sequence);
    System.arraycopy(prefix, 0, into, at, prefix.length);
    long rest = sequence;
    for (int place = end - 1; place >= at + prefix.length; place--) {
      into[place] = (byte) Character.forDigit((int) (rest % RADIX), RADIX);
      rest /= RADIX;
    }
    return end;
  }

  // ---- sealed ---------------------------------------------------------------------------------

  /// The sealed id.
  public String sealed(final long sequence) {
    return TO_LETTERS.encodeToString(through(sealing, bytes(epoch, sequence)));
  }

  /// The sequence that a sealed id names; empty for an id of another store, or one that was made
  /// up. Whether there is such an event is another question.
  ///
  /// @throws IllegalArgumentException when it is no id
  public Optional<Long> sequenceOfSealed(final String id) {
    final byte[] block = block(id);
    final var opened = ByteBuffer.wrap(through(opening, block));
    final long ofEpoch = opened.getLong();
    final long sequence = opened.getLong();
    return sequence < 0 ? Optional.empty() : ours(new Position(ofEpoch, sequence));
  }

  /// 22 letters hold four bits more than a block: of the spellings that differ in these, one is the
  /// id.
  private static byte[] block(final String id) {
    if (id.length() == SEALED_LETTERS) {
      try {
        final byte[] block = FROM_LETTERS.decode(id);
        if (TO_LETTERS.encodeToString(block).equals(id)) {
          return block;
        }
      } catch (final IllegalArgumentException _) {
        // said below
      }
    }
    throw new IllegalArgumentException("a sealed id has 22 letters of base64url");
  }

  private byte[] through(final Cipher cipher, final byte[] block) {
    try {
      synchronized (lock) {
        return cipher.doFinal(block);
      }
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("a block of 16 bytes needs no padding", e);
    }
  }

  private Optional<Long> ours(final Position position) {
    return position.epoch() == epoch ? Optional.of(position.sequence()) : Optional.empty();
  }

  private static byte[] bytes(final long high, final long low) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
  }
}
