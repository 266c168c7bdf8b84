/// What phones speak: registration, live channel (WebSocket or long poll), inbox, calls, receipts.
/// The contract is `docs/protocols/device.md`.
///
/// ```
///   HTTP request ──► DeviceApi ──► a virtual thread ──► Registrations, PushTokens, DeviceCalls, DeviceInbox
///   WebSocket    ──► LiveEndpoint ──► DeviceSocket ──┐
///   event stream ──► LiveEndpoint ──► DeviceStream ──┼──► LiveChannels (frames both ways:
///   long poll    ──► LiveEndpoint ──► DevicePoll   ──┘    DeviceFrames)
/// ```
@NullMarked
package dev.reveille.protocols.device;

import org.jspecify.annotations.NullMarked;
