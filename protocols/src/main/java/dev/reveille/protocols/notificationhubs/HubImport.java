package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.blob.BlobAddress;
import dev.reveille.protocols.blob.BlobFailed;
import dev.reveille.protocols.blob.BlobStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a file piece by piece and hands its lines on. Each piece begins with a line, so that
/// nothing is carried from one to the next; a line that is longer than a piece is passed over. A
/// piece that was begun is read again after a restart. For the job's thread alone.
final class HubImport {
  /// In bytes.
  static final long LARGEST_FILE = 4L << 30;

  static final long MOST_LINES = 5_000_000;

  /// What lines are for.
  interface Lines {
    /// @param number of the line in the file, from 1 on
    void take(long number, byte[] line) throws InterruptedException;

    /// All lines of a piece were handed on: brings them to an end.
    void flush() throws InterruptedException;
  }

  private final BlobStore blobs;
  private final BlobAddress file;
  private final Lines lines;
  private final HubJobFailures failures;
  private final HubJobProgress progress;
  private final Runnable save;

  /// @param save keeps the progress
  HubImport(
      final BlobStore blobs,
      final BlobAddress file,
      final Lines lines,
      final HubJobFailures failures,
      final HubJobProgress progress,
      final Runnable save) {
    this.blobs = blobs;
    this.file = file;
    this.lines = lines;
    this.failures = failures;
    this.progress = progress;
    this.save = save;
  }

  /// @throws BlobFailed when the file cannot be read, or a file cannot be written
  void run() throws InterruptedException {
    boolean isWhole = progress.total > 0 && progress.position == progress.total;
    while (!isWhole) { // after a stop behind its last piece it is
      final var piece = blobs.read(file, progress.position, progress.eTag);
      if (progress.position == 0) {
        progress.total = piece.size();
        progress.eTag = piece.eTag();
        if (piece.size() > LARGEST_FILE) {
          throw new BlobFailed("the file has more than " + LARGEST_FILE + " bytes; divide it");
        }
        if (piece.eTag().isEmpty() && piece.size() > piece.bytes().length) {
          throw new BlobFailed(
              "the container's server gives "
                  + file
                  + " no ETag, so that a change between two of its pieces would not be seen; give"
                  + " a file of at most "
                  + BlobStore.PIECE
                  + " bytes");
        }
      } else if (piece.size() != progress.total) {
        throw new BlobFailed("reading " + file + ": the file was changed meanwhile");
      }
      final int used = use(piece.bytes());
      lines.flush();
      failures.flush();
      progress.position += used;
      save.run();
      isWhole = progress.position >= progress.total;
    }
    failures.commit();
  }

  /// Hands on the whole lines of a piece.
  ///
  /// @return how many bytes they have; all, where a line does not end in it
  private int use(final byte[] piece) throws InterruptedException {
    final boolean isLast = progress.position + piece.length >= progress.total;
    int from = 0;
    while (from < piece.length) {
      final int end = endOfLine(piece, from);
      if (end == piece.length && !isLast) {
        return from > 0 ? from : beyond(piece.length);
      }
      final byte[] line = Arrays.copyOfRange(piece, from, end);
      from = Math.min(piece.length, end + 1);
      if (progress.isInLongLine) {
        progress.isInLongLine = false; // this is its end
      } else {
        count();
        if (!new String(line, StandardCharsets.ISO_8859_1).isBlank()) {
          lines.take(progress.lines, line);
        }
      }
    }
    return from;
  }

  private int beyond(final int length) throws InterruptedException {
    if (!progress.isInLongLine) {
      count();
      failures.add(
          "line " + progress.lines, "the line has more than " + BlobStore.PIECE + " bytes", "");
      progress.isInLongLine = true;
    }
    return length;
  }

  private void count() {
    progress.lines++;
    if (progress.lines > MOST_LINES) {
      throw new BlobFailed("the file has more than " + MOST_LINES + " lines; divide it");
    }
  }

  private static int endOfLine(final byte[] piece, final int from) {
    for (int i = from; i < piece.length; i++) {
      if (piece[i] == '\n') {
        return i;
      }
    }
    return piece.length;
  }
}
