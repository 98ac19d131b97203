Describe 'The change journal' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $quiet = @{ Confirm = $false; WarningAction = 'SilentlyContinue' }

        # Each cmdlet that changes something in a tenant: what has to be there first, what it does, and what the journal says of it.
        $changes = @{
            'Approve-MailAppConsentRequest' = @{
                Act = { Get-MailAppConsentRequest | Approve-MailAppConsentRequest @quiet }; Action = 'Grant permission'
            }
            'Grant-MailAppConsent'          = @{
                Act = { $app | Grant-MailAppConsent -ApplicationPermission Graph/User.Read.All @quiet }; Action = 'Grant permission'
            }
            'Grant-MailboxAccess'           = @{
                Act = { $app | Grant-MailboxAccess -Mailbox $invoices @quiet }; Action = 'Add-MailboxPermission'
            }
            'Initialize-MailAdmin'          = @{
                Act = { Initialize-MailAdmin @quiet }; Action = 'New app'
            }
            'Install-MailApp'               = @{
                Act = { Install-MailApp Jim2 -Mailbox 'alice@contoso.onmicrosoft.com' @quiet }; Action = 'New app'
            }
            'Limit-MailApp'                 = @{
                Act = { $app | Limit-MailApp -Mailbox $invoices @quiet }; Action = 'New-ManagementScope'
            }
            'New-MailAppAccessPolicy'       = @{
                Act = { $app | New-MailAppAccessPolicy -AccessRight RestrictAccess -Mailbox $invoices @quiet }; Action = 'New-ApplicationAccessPolicy'
            }
            'New-MailAppCertificate'        = @{
                Act = { $app | New-MailAppCertificate -Path (Join-Path $TestDrive "$(New-Guid).pfx") -Password (ConvertTo-SecureString 'pw' -AsPlainText) @quiet }; Action = 'New certificate'
            }
            'New-MailAppRegistration'       = @{
                Act = { New-MailAppRegistration -Name 'Another' -Owner 'alice@contoso.onmicrosoft.com' @quiet }; Action = 'Add owner'
            }
            'New-MailAppSecret'             = @{
                Act = { $app | New-MailAppSecret @quiet }; Action = 'New secret'
            }
            'Remove-MailAppAccessPolicy'    = @{
                First = { $app | New-MailAppAccessPolicy -AccessRight RestrictAccess -Mailbox $invoices @quiet }
                Act = { Get-MailAppAccessPolicy | Remove-MailAppAccessPolicy @quiet }; Action = 'Remove-ApplicationAccessPolicy'
            }
            'Remove-MailAppCredential'      = @{
                First = { $app | New-MailAppSecret @quiet }
                Act = { $app | Remove-MailAppCredential -KeyId (Get-MailAppCredential $app)[0].KeyId @quiet }; Action = 'Remove secret'
            }
            'Remove-MailAppRegistration'    = @{
                Act = { $app | Remove-MailAppRegistration @quiet }; Action = 'Remove app'
            }
            'Repair-MailApp'                = @{
                First = { Install-MailApp Jim2 -Mailbox 'alice@contoso.onmicrosoft.com' @quiet; Get-MailAppRegistration Jim2 | Grant-MailAppConsent -ApplicationPermission Graph/Mail.Send -TenantWide @quiet }
                Act = { Get-MailAppRegistration Jim2 | Repair-MailApp @quiet }; Action = 'Revoke permission'
            }
            'Revoke-MailAppConsent'         = @{
                Act = { $app | Revoke-MailAppConsent @quiet }; Action = 'Revoke permission'
            }
            'Revoke-MailboxAccess'          = @{
                First = { $app | Grant-MailboxAccess -Mailbox $invoices @quiet }
                Act = { $app | Revoke-MailboxAccess -Mailbox $invoices @quiet }; Action = 'Remove-MailboxPermission'
            }
            'Set-MailAppConsentPolicy'      = @{
                Act = { Set-MailAppConsentPolicy -RequestDuration 7 @quiet }; Action = 'Change consent workflow'
            }
            'Set-MailAppRegistration'       = @{
                Act = { Set-MailAppRegistration $app -Enabled $false @quiet }; Action = 'Change enterprise application'
            }
            'Set-MailboxSetting'            = @{
                Act = { Set-MailboxSetting $invoices -ImapEnabled $false @quiet }; Action = 'Set-CASMailbox'
            }
            'Update-MailAppSecret'          = @{
                Act = { $app | Update-MailAppSecret -ScriptBlock { } @quiet }; Action = 'Store secret'
            }
        }

        # It writes files, and changes nothing in the tenant.
        $elsewhere = 'Export-MailAdminReport'
        $tenantCmdlet = (Get-Command Get-MailAdminChange).ImplementingType.BaseType
        $changing = Get-Command -Module MailAdmin -CommandType Cmdlet |
            Where-Object { $_.Parameters.ContainsKey('WhatIf') -and $tenantCmdlet.IsAssignableFrom($_.ImplementingType) -and
                $_.Name -notin $elsewhere }
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'has a try of every cmdlet that changes a tenant' {
        $changing.Name | Where-Object { $_ -notin $changes.Keys } | Should -BeNullOrEmpty
        $changes.Keys | Where-Object { $_ -notin $changing.Name } | Should -BeNullOrEmpty
    }

    It 'gets a line from each of them, and none that tells a secret' {
        foreach ($name in $changes.Keys) {
            $null = Connect-MailAdmin -Sandbox
            $app = New-MailAppRegistration -Name 'Tried' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
            if ($changes[$name].First) { $null = & $changes[$name].First }
            $before = @(Get-MailAdminChange).Count
            $result = & $changes[$name].Act
            $new = @(Get-MailAdminChange | Select-Object -Skip $before)
            $new.Action | Should -Contain $changes[$name].Action -Because $name
            $new | ForEach-Object { $_.Account, $_.Target, $_.TenantId | Should -Not -BeNullOrEmpty }
            foreach ($secret in @($app.ClientSecret) + @($result.ClientSecret) | Where-Object { $_ }) {
                $new | ConvertTo-Json | Should -Not -Match ([regex]::Escape((ConvertFrom-SecureString $secret -AsPlainText))) -Because $name
            }
            Get-MailAdminContext | Disconnect-MailAdmin
        }
    }

    It 'gets nothing from what only asks what would be' {
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name 'Tried' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $before = @(Get-MailAdminChange).Count
        $null = $app | New-MailAppSecret -WhatIf
        $null = $app | Grant-MailboxAccess -Mailbox $invoices -WhatIf
        @(Get-MailAdminChange).Count | Should -Be $before
    }
}
