// Dialogs: the focus stays in them, Escape closes them, and readers of screens are told their title.

import { type ReactNode, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { texts } from '../texts.ts';
import { inOneLine } from './states.tsx';

export function Window(props: {
  title: string;
  isOpen: boolean;
  close: () => void;
  children: ReactNode;
  className?: string;
}): ReactNode {
  const { title, isOpen, close, children, className = '' } = props;
  return (
    <ModalOverlay isDismissable isOpen={isOpen} onOpenChange={(open) => !open && close()} className="overlay">
      <Modal className={`modal ${className}`}>
        <Dialog className="dialog">
          <header>
            <Heading slot="title">{title}</Heading>
            <button type="button" className="plain" onClick={close} aria-label={texts.close}>
              ×
            </button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks before something is done that others see, with a reason that is kept. */
export function Confirm(props: {
  title: string;
  what: ReactNode;
  action: string;
  isOpen: boolean;
  /** Default: it may be given. */
  reason?: 'needed' | 'none';
  close: () => void;
  act: (reason: string) => Promise<unknown>;
}): ReactNode {
  const { title, what, action, isOpen, reason: asked, close, act } = props;
  const [reason, setReason] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await act(reason.trim());
      setReason('');
      close();
    } catch (error) {
      setRefusal(inOneLine(error as Error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Window title={title} isOpen={isOpen} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div>{what}</div>
        {asked !== 'none' && (
          <label>
            {asked === 'needed' ? texts.confirm.reasonNeeded : texts.confirm.reason}
            <input
              value={reason}
              maxLength={500}
              required={asked === 'needed'}
              onChange={({ target }) => setReason(target.value)}
            />
          </label>
        )}
        {refusal !== undefined && (
          <p className="refusal" role="alert">
            {refusal}
          </p>
        )}
        <div className="buttons">
          <button type="button" onClick={close}>
            {texts.confirm.cancel}
          </button>
          <button type="submit" className="main" disabled={busy}>
            {busy ? texts.confirm.busy : action}
          </button>
        </div>
      </form>
    </Window>
  );
}
