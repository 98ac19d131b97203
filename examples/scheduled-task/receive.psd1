# Settings of Receive-Invoices.ps1.
@{
    # Parameters of New-MailboxConnection. Thumbprint, of a certificate in the user's store, may stand for CertificatePath on Windows.
    Connection  = @{
        TenantId        = 'contoso.onmicrosoft.com'
        ClientId        = '11111111-2222-3333-4444-555555555555'
        CertificatePath = '/etc/mail/invoices.pem'
    }
    Mailbox     = 'invoices@contoso.onmicrosoft.com'
    Destination = '/srv/mail/invoices'
    MoveTo      = 'Done'
}
