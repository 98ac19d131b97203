@{
    RootModule           = 'bin/MailAdmin.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = 'b0b3c7a4-5d0e-4a39-9f5e-6f3b6f0f6c51'
    Author               = 'The MailAdmin contributors'
    CompanyName          = 'MailAdmin'
    Copyright            = '(c) The MailAdmin contributors. MIT license.'
    Description          = 'Scripts the whole road to mail in Microsoft 365: register an app, grant and consent permissions, limit it to its mailboxes, prove that it works or say why not, and receive, file and send mail over Microsoft Graph or IMAP with OAuth. A sandbox tenant for trying and testing is included.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('MailAdmin.Format.ps1xml')
    TypesToProcess       = @('MailAdmin.Types.ps1xml')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Add-MailSandboxMessage'
        'Approve-MailAppConsentRequest'
        'Compare-MailAppAccess'
        'Connect-MailAdmin'
        'Disconnect-MailAdmin'
        'Export-MailAdminReport'
        'Get-MailAdminChange'
        'Get-MailAdminContext'
        'Get-MailAppAccess'
        'Get-MailAppAccessPolicy'
        'Get-MailAppConsentPolicy'
        'Get-MailAppConsentRequest'
        'Get-MailAppCredential'
        'Get-MailAppProductSetting'
        'Get-MailAppPermission'
        'Get-MailAppRecipe'
        'Get-MailAppRegistration'
        'Get-MailboxAccess'
        'Get-MailboxConnection'
        'Get-MailboxMessage'
        'Get-MailboxSetting'
        'Get-MailFolder'
        'Get-MailSandboxMessage'
        'Grant-MailAppConsent'
        'Grant-MailboxAccess'
        'Initialize-MailAdmin'
        'Install-MailApp'
        'Limit-MailApp'
        'New-MailAppAccessPolicy'
        'New-MailAppCertificate'
        'New-MailAppRegistration'
        'New-MailAppSecret'
        'New-MailboxConnection'
        'New-MailFolder'
        'New-MailSandbox'
        'Read-MailMessage'
        'Receive-MailboxMessage'
        'Remove-MailAppAccessPolicy'
        'Remove-MailAppCredential'
        'Remove-MailAppRegistration'
        'Remove-MailboxConnection'
        'Repair-MailApp'
        'Revoke-MailAppConsent'
        'Revoke-MailboxAccess'
        'Save-MailboxConnection'
        'Send-MailboxMessage'
        'Set-MailAppConsentPolicy'
        'Set-MailAppRegistration'
        'Set-MailboxSetting'
        'Set-MailSandbox'
        'Test-MailApp'
        'Test-MailAppAccess'
        'Test-MailboxConnection'
        'Update-MailAppSecret'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('Exchange', 'ExchangeOnline', 'Microsoft365', 'Mail', 'Graph', 'IMAP', 'OAuth', 'Entra', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://licenses.nuget.org/MIT'
            ReleaseNotes = 'See docs/CHANGELOG.md.'
        }
    }
}
