# Settings of Receive-Invoices.ps1. The lines for Windows are in use; those for Linux stand beside them.
@{
    # Parameters of New-MailboxConnection. The certificate is in Cert:/LocalMachine/My, where a service account finds it.
    Connection  = @{
        TenantId              = 'contoso.onmicrosoft.com'
        ClientId              = '11111111-2222-3333-4444-555555555555'
        CertificateThumbprint = '0123456789ABCDEF0123456789ABCDEF01234567'
        # Linux: CertificatePath = '/etc/mail/invoices.pem'
    }
    Mailbox     = 'invoices@contoso.onmicrosoft.com'
    Destination = 'D:\Mail\Invoices'
    # Linux: '/srv/mail/invoices'
    MoveTo      = 'Done'
    # One line for each run. Linux: '/var/log/mail-invoices.log', or leave it out and read the journal of systemd.
    Log         = 'D:\Mail\Invoices.log'
}
