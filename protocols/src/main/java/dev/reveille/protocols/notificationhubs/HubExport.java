package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.blob.BlobAddress;
import dev.reveille.protocols.blob.BlobFailed;
import dev.reveille.protocols.blob.BlobStore;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.xml.XmlReading;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/// Writes all registrations of a hub into a file, one line each, in the order of their numbers. It
/// reads a page and writes a block, so that memory does not grow with the hub; what is registered
/// meanwhile is in it, as long as its turn has not passed. For the job's thread alone.
final class HubExport {
  private static final int PAGE = 500;

  /// A block has at least so many bytes, but for the last one.
  private static final int BLOCK = BlobStore.PIECE / 2;

  private final HubRegistrations registrations;
  private final String hub;
  private final BlobStore blobs;
  private final BlobAddress output;
  private final HubJobFailures failures;
  private final HubJobProgress progress;
  private final Runnable save;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

  /// @param save keeps the progress
  HubExport(
      final HubRegistrations registrations,
      final String hub,
      final BlobStore blobs,
      final BlobAddress output,
      final HubJobFailures failures,
      final HubJobProgress progress,
      final Runnable save) {
    this.registrations = registrations;
    this.hub = hub;
    this.blobs = blobs;
    this.output = output;
    this.failures = failures;
    this.progress = progress;
    this.save = save;
  }

  /// @throws BlobFailed when the file cannot be written
  void run() throws InterruptedException {
    if (progress.position == 0) {
      progress.total = registrations.count(hub);
      save.run();
    }
    long reached = progress.position;
    boolean isLast = false;
    while (!isLast) {
      final var page =
          registrations.list(hub, new Filter.All(), reached, PAGE, JsonParsers.LARGEST_PAGE);
      for (final var kept : page.entries()) {
        add(kept);
      }
      reached = page.reached();
      isLast = page.last();
      if (waiting.size() >= BLOCK) {
        flush(reached);
      }
    }
    flush(reached);
    blobs.commit(output, progress.blocks);
    failures.commit();
  }

  private void add(final Versioned kept) throws InterruptedException {
    final var id = kept.entry().id();
    final Optional<HubRegistration> registration;
    try {
      registration = KeptRegistrations.shown(kept);
    } catch (final HubRefused unreadable) {
      failures.add("registration " + id, unreadable.problem().detail(), "");
      return;
    }
    if (registration.isEmpty()) {
      failures.add("installation " + id, "its channel is none as registrations write it", "");
      return;
    }
    final byte[] line = AtomRegistrations.line(registration.get());
    if (line.length > XmlReading.LONGEST) {
      failures.add("registration " + id, "its line would be longer than can be read again", "");
      return;
    }
    waiting.writeBytes(line);
    waiting.write('\n');
    progress.done++;
  }

  private void flush(final long reached) throws InterruptedException {
    failures.flush();
    if (waiting.size() > 0) {
      if (progress.blocks == BlobStore.MOST_BLOCKS) {
        throw new BlobFailed("there are more registrations than one file holds");
      }
      blobs.putBlock(output, progress.blocks, waiting.toByteArray());
      progress.blocks++;
      waiting.reset();
    }
    progress.position = reached;
    save.run();
  }
}
