package dev.reveille.storage.sqlite;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The settings of a store. A number below its least value (days 1, `diskFloor` 0, `freshKeys` 16,
/// `unfoldedBytes` 1,024) throws IllegalArgumentException.
///
/// @param retentionDays how many whole UTC days are kept besides today
/// @param auditDays how many whole UTC days the audit log is kept besides today
/// @param diskFloor bytes that stay free: below, events are refused while trail and marks still fit
/// @param freshKeys how many keys of events are held in memory before they are spilled to a file
/// @param unfoldedBytes how many bytes of journal may wait in memory for their projection before
///   appends are slowed down
/// @param foldEvery how long a projection may lag behind under light load
/// @param masterKey a file with the master key, instead of `master.key` in the directory
/// @param masterKeyText the key itself in base64, as from `REVEILLE_MASTER_KEY`
public record StoreSettings(
    int retentionDays,
    int auditDays,
    long diskFloor,
    int freshKeys,
    long unfoldedBytes,
    Duration foldEvery,
    Optional<Path> masterKey,
    Optional<String> masterKeyText) {
  /// The environment variable that may hold the master key.
  public static final String MASTER_KEY_VARIABLE = "REVEILLE_MASTER_KEY";

  public StoreSettings {
    atLeast(1, retentionDays, "retention-days");
    atLeast(1, auditDays, "audit-days");
    atLeast(0, diskFloor, "disk-floor");
    atLeast(16, freshKeys, "fresh-keys");
    atLeast(1024, unfoldedBytes, "unfolded-bytes");
  }

  public static StoreSettings defaults() {
    return new StoreSettings(
        30,
        400,
        256L << 20,
        1 << 20,
        96L << 20,
        Duration.ofSeconds(1),
        Optional.empty(),
        Optional.empty());
  }

  /// The defaults, with the master key of the environment if it holds one.
  public static StoreSettings from(final Map<String, String> environment) {
    return defaults().withMasterKeyText(environment.get(MASTER_KEY_VARIABLE));
  }

  public StoreSettings withRetentionDays(final int days) {
    return new StoreSettings(
        days, auditDays, diskFloor, freshKeys, unfoldedBytes, foldEvery, masterKey, masterKeyText);
  }

  public StoreSettings withAuditDays(final int days) {
    return new StoreSettings(
        retentionDays,
        days,
        diskFloor,
        freshKeys,
        unfoldedBytes,
        foldEvery,
        masterKey,
        masterKeyText);
  }

  public StoreSettings withDiskFloor(final long bytes) {
    return new StoreSettings(
        retentionDays,
        auditDays,
        bytes,
        freshKeys,
        unfoldedBytes,
        foldEvery,
        masterKey,
        masterKeyText);
  }

  public StoreSettings withFreshKeys(final int keys) {
    return new StoreSettings(
        retentionDays,
        auditDays,
        diskFloor,
        keys,
        unfoldedBytes,
        foldEvery,
        masterKey,
        masterKeyText);
  }

  public StoreSettings withUnfoldedBytes(final long bytes) {
    return new StoreSettings(
        retentionDays, auditDays, diskFloor, freshKeys, bytes, foldEvery, masterKey, masterKeyText);
  }

  public StoreSettings withFoldEvery(final Duration lag) {
    return new StoreSettings(
        retentionDays,
        auditDays,
        diskFloor,
        freshKeys,
        unfoldedBytes,
        lag,
        masterKey,
        masterKeyText);
  }

  public StoreSettings withMasterKey(final Path file) {
    return new StoreSettings(
        retentionDays,
        auditDays,
        diskFloor,
        freshKeys,
        unfoldedBytes,
        foldEvery,
        Optional.of(file),
        masterKeyText);
  }

  public StoreSettings withMasterKeyText(final @org.jspecify.annotations.Nullable String base64) {
    return new StoreSettings(
        retentionDays,
        auditDays,
        diskFloor,
        freshKeys,
        unfoldedBytes,
        foldEvery,
        masterKey,
        Optional.ofNullable(base64));
  }

  /// How long the name of a removed organisation is not free: its last events are gone then.
  Duration nameRest() {
    return Duration.ofDays(retentionDays + 1L);
  }

  private static void atLeast(final long least, final long value, final String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "store." + name + " must be at least " + least + ", not " + value);
    }
  }
}
