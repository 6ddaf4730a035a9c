//! Handing the socket of a running server over to its successor, on a Unix socket that only the same user reaches: at no
//! moment does nobody listen. The successor asks once it is ready; the running one stops once that is confirmed.

use std::io::{Error, ErrorKind, IoSlice, IoSliceMut, Read, Result, Write};
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use tokio::net::UnixListener;
use tracing::{info, warn};

use super::stopping::{Phase, Stopping};

/// How long the two wait for each other's word.
const WORD: Duration = Duration::from_secs(10);
const ASK: u8 = b'?';
const DONE: u8 = b'.';

/// The socket, for a successor.
pub struct Offer {
    /// The socket.
    pub(super) socket: OwnedFd,
    /// Said once a successor has it.
    pub(super) goes_on: Arc<AtomicBool>,
}

impl Offer {
    /// The socket once more.
    pub(super) fn socket(&self) -> std::io::Result<OwnedFd> {
        self.socket.try_clone()
    }

    /// A successor has it: those who wait are theirs.
    pub(super) fn gone(&self) {
        self.goes_on.store(true, Ordering::Release);
    }
}

/// A running server that has said where it hands over.
pub(super) struct Running(UnixStream);

impl Running {
    /// The server that hands over there, if one does.
    pub(super) fn at(path: &Path) -> Option<Self> {
        UnixStream::connect(path).ok().map(Self)
    }

    /// Takes its socket over; the running one stops with that.
    ///
    /// # Errors
    /// When it doesn't hand it over, or it isn't one that `fits`: then it serves on.
    pub(super) fn take(self, fits: impl FnOnce(&TcpListener) -> bool) -> Result<TcpListener> {
        let mut running = self.0;
        running.set_read_timeout(Some(WORD))?;
        running.set_write_timeout(Some(WORD))?;
        running.write_all(&[ASK])?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut word = [0];
        recvmsg(&running, &mut [IoSliceMut::new(&mut word)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let socket = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut sockets) => sockets.next(),
            _ => None,
        });
        let listener = TcpListener::from(socket.ok_or(ErrorKind::UnexpectedEof)?);
        if !fits(&listener) {
            return Err(Error::from(ErrorKind::AddrNotAvailable));
        }
        running.write_all(&[DONE])?;
        Ok(listener)
    }
}

/// Hands the socket over to whoever asks there, then stops. Takes the place of a server that is gone or has handed over.
///
/// # Errors
/// When the path can't be had.
pub fn offer(path: &Path, offer: Offer, stopping: Stopping) -> Result<()> {
    // Made beside, closed to others, and moved there: at no moment may anybody else ask.
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let listener = UnixListener::bind(&aside)?;
    std::fs::set_permissions(&aside, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(&aside, path)?;
    tokio::spawn(async move {
        loop {
            let asked = tokio::select! {
                () = stopping.until(Phase::Finishing) => return,
                asked = listener.accept() => asked,
            };
            let Ok((successor, _)) = asked else { continue };
            let Ok(socket) = offer.socket() else { continue };
            let handed = tokio::task::spawn_blocking(move || hand_over(successor.into_std()?, &socket)).await;
            match handed {
                Ok(Ok(())) => {
                    info!("A successor has taken over");
                    offer.gone();
                    stopping.ask();
                    return;
                }
                Ok(Err(error)) => warn!(%error, "A successor asked for the socket and did not take over"),
                Err(error) => warn!(%error, "Handing over failed"),
            }
        }
    });
    Ok(())
}

fn hand_over(mut successor: UnixStream, socket: &OwnedFd) -> Result<()> {
    successor.set_nonblocking(false)?;
    successor.set_read_timeout(Some(WORD))?;
    successor.set_write_timeout(Some(WORD))?;
    let mut word = [0];
    successor.read_exact(&mut word)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let sockets = [socket.as_fd()];
    if word != [ASK] || !control.push(SendAncillaryMessage::ScmRights(&sockets)) {
        return Err(ErrorKind::InvalidData.into());
    }
    sendmsg(&successor, &[IoSlice::new(&[ASK])], &mut control, SendFlags::empty())?;
    successor.read_exact(&mut word)
}
