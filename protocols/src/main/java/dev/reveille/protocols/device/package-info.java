/// What phones speak: registration, live channel (WebSocket or long poll), inbox, calls, receipts.
/// The contract is `docs/protocols/device.md`.
///
/// ```
///   HTTP request ──► DeviceApi ──► a virtual thread ──► Registrations, PushTokens, DeviceCalls, DeviceInbox
///   WebSocket    ──► LiveDoor ──► DeviceSocket ──┐
///   event stream ──► LiveDoor ──► DeviceStream ──┼──► LiveChannels (frames both ways: DeviceFrames)
///   long poll    ──► LiveDoor ──► DevicePoll   ──┘
/// ```
@NullMarked
package dev.reveille.protocols.device;

import org.jspecify.annotations.NullMarked;
