package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.blob.BlobAddress;
import dev.reveille.protocols.blob.BlobFailed;
import dev.reveille.protocols.blob.BlobStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The file beside a job's output that says of which registrations nothing came, one line each:
/// which, why, and the line itself where there is one, with tabs between. For the job's thread
/// alone.
final class HubJobFailures {
  /// So much of a line is said again.
  private static final int LONGEST_LINE = 4_096;

  private final BlobStore blobs;
  private final BlobAddress file;
  private final HubJobProgress progress;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

  HubJobFailures(final BlobStore blobs, final BlobAddress file, final HubJobProgress progress) {
    this.blobs = blobs;
    this.file = file;
    this.progress = progress;
  }

  /// @param which names a line or a registration
  /// @param line as it was read; "" for none
  void add(final String which, final String why, final String line) throws InterruptedException {
    progress.failures++;
    final var shown = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
    final var text = plain(which) + "\t" + plain(why) + (line.isEmpty() ? "" : "\t" + shown) + "\n";
    waiting.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    if (waiting.size() >= BlobStore.PIECE) {
      flush();
    }
  }

  private static String plain(final String text) {
    return text.replaceAll("[\\p{Cntrl}]+", " ");
  }

  /// Brings into the container what waits, before the job's position is kept.
  void flush() throws InterruptedException {
    if (waiting.size() == 0) {
      return;
    }
    if (progress.failureBlocks == BlobStore.MOST_BLOCKS) {
      throw new BlobFailed("there are more failures than one file holds");
    }
    blobs.putBlock(file, progress.failureBlocks, waiting.toByteArray());
    progress.failureBlocks++;
    waiting.reset();
  }

  /// Makes the file, if there is anything to say.
  void commit() throws InterruptedException {
    flush();
    if (progress.failureBlocks > 0) {
      blobs.commit(file, progress.failureBlocks);
    }
  }
}
